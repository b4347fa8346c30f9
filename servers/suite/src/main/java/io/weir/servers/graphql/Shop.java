package io.weir.servers.graphql;

import io.weir.RateLimited;
import io.weir.RateLimiter;
import io.weir.ResourceId;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.graphql.GraphQLApi;
import org.eclipse.microprofile.graphql.Mutation;
import org.eclipse.microprofile.graphql.Query;
import org.eclipse.microprofile.graphql.Source;

/** Queries and mutations, limited by themselves and by what they call. */
@GraphQLApi
@ApplicationScoped
public class Shop {

    @Inject Stock stock;
    @Inject RateLimiter limiter;

    @Query
    @RateLimited("2/min")
    public String search() {
        return "found";
    }

    @Query
    @RateLimited("2/min")
    public String price(@ResourceId int id) {
        return "price of " + id;
    }

    @Query
    @RateLimited("2/min")
    public CompletionStage<String> later() {
        return CompletableFuture.supplyAsync(() -> "later");
    }

    @Mutation
    @RateLimited("2/min")
    public String order(String product) {
        return "ordered " + product;
    }

    @Query
    public List<Product> products() {
        return List.of(new Product("tea"), new Product("jam"), new Product("oil"));
    }

    @RateLimited("2/min")
    public String photo(@Source Product product) {
        return "photo of " + product.name();
    }

    @Query
    public String count() {
        return stock.count();
    }

    @Query
    public CompletionStage<String> countLater() {
        return CompletableFuture.supplyAsync(limiter.asCurrentClient(stock::countLater));
    }

    @Query
    public CompletionStage<String> countForNobody() {
        return CompletableFuture.supplyAsync(stock::countForNobody);
    }

    @Query
    public String broken() {
        throw new IllegalStateException("a secret");
    }
}

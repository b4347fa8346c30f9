package io.weir.guide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.Decision;
import io.weir.OnRefusal;
import io.weir.RateLimitExceededException;
import io.weir.RateLimited;
import io.weir.RateLimiter;
import io.weir.ResourceId;
import io.weir.WeirRedis;
import io.weir.internal.edge.cdi.Deployed;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.redisson.Redisson;
import org.redisson.api.RedissonClient;
import org.redisson.config.Config;

/** The forms that are used most. */
class MostUsedTest {

    record Product(long id) {}

    record Report() {}

    /** Whatever stands in an interface is public and static. */
    interface Shop {

        @ApplicationScoped
        @Path("products")
        class Products {

            @Inject ViewCounter views;

            // guide: per client
            @GET
            @Path("{id}")
            @RateLimited("100/min")
            public Product get(@PathParam("id") long id) {
                return new Product(id);
            }

            // end

            // guide: a call that is skipped
            @GET
            @Path("{id}/page")
            public Product page(@PathParam("id") long id) {
                views.countView(id); // never throws a refusal: the page is served anyway
                return new Product(id);
            }
            // end
        }

        @ApplicationScoped
        class Reports {
            // guide: two limits
            @RateLimited(value = "10/s, 1000/h", key = "principal")
            public Report report() {
                return new Report();
            }
            // end
        }

        // guide: once per client and product
        @ApplicationScoped
        public class ViewCounter {

            private final Map<Long, LongAdder> views = new ConcurrentHashMap<>();

            @RateLimited(name = "view_count", value = "1/60s", onRefusal = OnRefusal.SKIP)
            public void countView(@ResourceId long productId) {
                views.computeIfAbsent(productId, id -> new LongAdder()).increment();
            }
        }

        // end

        @ApplicationScoped
        class News {
            // guide: by hand
            @Inject RateLimiter limiter;

            public boolean isNew(long productId) {
                return limiter.tryAcquire("view_count", productId) instanceof Decision.Admitted;
            }
            // end
        }
    }

    @ApplicationScoped
    static class OwnRedis {
        private final Config config = new Config();

        // guide: the client of the application
        @Produces
        @ApplicationScoped
        @WeirRedis
        RedissonClient client() {
            return Redisson.create(config);
        }
        // end
    }

    @Test
    void perClient() {
        try (Deployed app = Deployed.with(Shop.Products.class, Shop.ViewCounter.class)) {
            Shop.Products products = app.get(Shop.Products.class);
            assertThat(Calls.admitted(() -> products.get(1))).isEqualTo(100);
            assertThatThrownBy(() -> products.get(2))
                    .as("the id is no part of the key")
                    .isInstanceOf(RateLimitExceededException.class);
        }
    }

    @Test
    void twoLimits() {
        try (Deployed app = Deployed.with(Shop.Reports.class)) {
            Shop.Reports reports = app.get(Shop.Reports.class);
            assertThat(Calls.admitted(reports::report)).isBetween(10, 1000);
        }
    }

    @Test
    void oncePerClientAndProduct() {
        try (Deployed app = Deployed.with(Shop.Products.class, Shop.ViewCounter.class)) {
            Shop.Products products = app.get(Shop.Products.class);
            for (int i = 0; i < 3; i++) {
                assertThat(products.page(7)).isEqualTo(new Product(7));
                products.page(8);
            }
            // the bean is a proxy, whose fields are not those of the bean
            assertThat(app.get(RateLimiter.class).peek("view_count", 7L).get(0).remaining())
                    .isZero();
            assertThat(app.get(RateLimiter.class).peek("view_count", 9L).get(0).remaining())
                    .isOne();
        }
    }

    @Test
    void aPath(@TempDir java.nio.file.Path directory) throws Exception {
        try (Served app = Served.with(directory, Snippets.settings("a path"))) {
            int admitted = app.admitted("/search");
            assertThat(admitted).isBetween(10, 999);
            assertThat(app.get("/other").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void byHand() {
        try (Deployed app = Deployed.with(Shop.ViewCounter.class, Shop.News.class)) {
            Shop.News news = app.get(Shop.News.class);
            assertThat(news.isNew(7)).isTrue();
            assertThat(news.isNew(7)).isFalse();
            assertThat(news.isNew(8)).isTrue();
            assertThat(app.get(RateLimiter.class).tryAcquire("view_count", 8L))
                    .isInstanceOf(Decision.Refused.class);
        }
    }
}

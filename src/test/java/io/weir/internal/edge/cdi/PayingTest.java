package io.weir.internal.edge.cdi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.ClientIdentity;
import io.weir.Cost;
import io.weir.CostResolver;
import io.weir.CountWhen;
import io.weir.Decision;
import io.weir.RateLimitExceededException;
import io.weir.RateLimited;
import io.weir.RateLimiter;
import io.weir.ResourceId;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Named;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a call costs, and which calls pay. */
class PayingTest {

    @ApplicationScoped
    static class Batches {
        @RateLimited(name = "batch", value = "10/hour", cost = 2)
        void send(@ResourceId String to, @Cost int mails) {}

        @RateLimited("10/hour")
        void maybe(@Cost @Nullable Long mails) {}

        @RateLimited(name = "weighed", value = "10/hour", costBean = "weight")
        void weighed() {}
    }

    @Named("weight")
    @ApplicationScoped
    static class Weight implements CostResolver {
        volatile long weight = 4;

        @Override
        public long cost(ClientIdentity client) {
            return client.key().equals(ClientIdentity.NONE) ? weight : 1;
        }
    }

    private static long left(Deployed app, String policy, Object... ids) {
        return app.get(RateLimiter.class).peek(policy, ids).get(0).remaining();
    }

    @Test
    void aParameterSaysHowOftenTheCostIsTaken() {
        try (Deployed app = Deployed.with(Batches.class, Weight.class)) {
            Batches batches = app.get(Batches.class);
            batches.send("a", 3);
            assertThat(left(app, "batch", "a")).isEqualTo(4);
            assertThat(left(app, "batch", "b")).isEqualTo(10);
            assertThatThrownBy(() -> batches.send("a", 3))
                    .isInstanceOfSatisfying(
                            RateLimitExceededException.class,
                            e -> assertThat(e.decision()).isInstanceOf(Decision.Refused.class));
            batches.send("a", 2);
            assertThat(left(app, "batch", "a")).isZero();
        }
    }

    @Test
    void moreThanThereEverIsIsImpossibleAndLessThanOneCostsOne() {
        try (Deployed app = Deployed.with(Batches.class, Weight.class)) {
            Batches batches = app.get(Batches.class);
            for (int mails : new int[] {6, Integer.MAX_VALUE}) {
                assertThatThrownBy(() -> batches.send("a", mails))
                        .isInstanceOfSatisfying(
                                RateLimitExceededException.class,
                                e ->
                                        assertThat(e.decision())
                                                .isInstanceOf(Decision.Impossible.class));
            }
            assertThat(left(app, "batch", "a")).isEqualTo(10);
            batches.send("a", 0);
            batches.send("a", Integer.MIN_VALUE);
            assertThat(left(app, "batch", "a")).isEqualTo(6);
            batches.maybe(null);
            batches.maybe(9L);
            assertThatThrownBy(() -> batches.maybe(null))
                    .isInstanceOf(RateLimitExceededException.class);
            assertThatThrownBy(() -> batches.maybe(Long.MAX_VALUE))
                    .isInstanceOf(RateLimitExceededException.class);
        }
    }

    @Test
    void aBeanSaysWhatItCosts() {
        try (Deployed app = Deployed.with(Batches.class, Weight.class)) {
            app.get(Batches.class).weighed();
            assertThat(left(app, "weighed")).isEqualTo(6);
            assertThat(app.get(RateLimiter.class).tryAcquire("weighed"))
                    .isInstanceOf(Decision.Admitted.class);
            assertThat(left(app, "weighed")).isEqualTo(2);
        }
        try (Deployed app =
                Deployed.with(
                        Map.of("weir.policy.batch.cost", "bean:weight"),
                        Batches.class,
                        Weight.class)) {
            app.get(Batches.class).send("a", 2);
            assertThat(left(app, "batch", "a")).isEqualTo(2);
        }
        assertThatThrownBy(() -> Deployed.with(Batches.class).close())
                .hasMessageContaining("WEIR-026")
                .hasMessageContaining("bean:weight");
    }

    @Dependent
    static class TextCost {
        @RateLimited("10/hour")
        void send(@Cost String mails) {}
    }

    @Dependent
    static class TwoCosts {
        @RateLimited("10/hour")
        void send(@Cost int mails, @Cost int pages) {}
    }

    @Test
    void aCostThatIsNoNumberStopsTheDeployment() {
        for (Class<?> type : List.of(TextCost.class, TwoCosts.class)) {
            assertThatThrownBy(() -> Deployed.with(type).close())
                    .hasMessageContaining("WEIR-031")
                    .hasMessageContaining(type.getName() + ".send(");
        }
    }

    @Dependent
    static class Login {
        final AtomicInteger attempts = new AtomicInteger();
        final CountDownLatch all = new CountDownLatch(20);

        @RateLimited(name = "login", value = "3/hour", countWhen = CountWhen.FAILURE)
        void login(@ResourceId String user, boolean right) {
            attempts.incrementAndGet();
            if (!right) {
                throw new SecurityException("wrong password");
            }
        }

        @RateLimited(name = "guess", value = "3/hour", countWhen = CountWhen.FAILURE)
        void guess() throws InterruptedException {
            attempts.incrementAndGet();
            all.await();
            throw new SecurityException("wrong password");
        }

        @RateLimited(name = "later", value = "1/hour", countWhen = CountWhen.FAILURE)
        CompletionStage<String> later(CompletableFuture<String> result) {
            return result;
        }

        @RateLimited("1/hour")
        CompletionStage<String> stage() {
            return CompletableFuture.completedFuture("done");
        }

        @RateLimited("1/hour")
        CompletableFuture<String> future() {
            return CompletableFuture.completedFuture("done");
        }

        @RateLimited("1/hour")
        Object object() {
            return "done";
        }
    }

    @Test
    void onlyFailuresCount() {
        try (Deployed app = Deployed.with(Login.class)) {
            Login login = app.get(Login.class);
            for (int i = 0; i < 10; i++) {
                login.login("ann", true);
            }
            assertThat(left(app, "login", "ann")).isEqualTo(3);
            for (int i = 0; i < 3; i++) {
                assertThatThrownBy(() -> login.login("ann", false))
                        .isInstanceOf(SecurityException.class);
            }
            assertThatThrownBy(() -> login.login("ann", true))
                    .isInstanceOf(RateLimitExceededException.class);
            login.login("bob", true);
        }
    }

    @Test
    void parallelGuessesDoNotSlipThrough() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(20);
        try (Deployed app = Deployed.with(Login.class)) {
            Login login = app.get(Login.class);
            List<Future<Boolean>> refused = new java.util.ArrayList<>();
            for (int i = 0; i < 20; i++) {
                refused.add(
                        threads.submit(
                                () -> {
                                    try {
                                        login.guess();
                                        return false;
                                    } catch (RateLimitExceededException e) {
                                        login.all.countDown();
                                        return true;
                                    } catch (SecurityException e) {
                                        return false;
                                    }
                                }));
            }
            while (login.all.getCount() > 3) {
                Thread.onSpinWait();
            }
            for (int i = 0; i < 3; i++) {
                login.all.countDown(); // the three that are under way
            }
            int count = 0;
            for (Future<Boolean> one : refused) {
                count += one.get() ? 1 : 0;
            }
            assertThat(count).isEqualTo(17);
            assertThat(login.attempts).hasValue(3);
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void aStageSucceedsOrFailsWhenItIsComplete() {
        try (Deployed app = Deployed.with(Login.class)) {
            Login login = app.get(Login.class);
            CompletableFuture<String> good = new CompletableFuture<>();
            CompletionStage<String> told = login.later(good);
            assertThat(left(app, "later")).isZero();
            good.complete("yes");
            assertThat(told.toCompletableFuture().join()).isEqualTo("yes");
            assertThat(left(app, "later")).isEqualTo(1);
            CompletableFuture<String> bad = new CompletableFuture<>();
            login.later(bad);
            bad.completeExceptionally(new SecurityException());
            assertThat(left(app, "later")).isZero();
            CompletionStage<String> refused = login.later(new CompletableFuture<>());
            assertThatThrownBy(() -> refused.toCompletableFuture().join())
                    .isInstanceOf(CompletionException.class)
                    .hasCauseInstanceOf(RateLimitExceededException.class);
        }
    }

    @Test
    void aRefusedStageIsCompletedExceptionally() {
        try (Deployed app = Deployed.with(Login.class)) {
            Login login = app.get(Login.class);
            assertThat(login.stage()).isCompleted();
            assertThat(login.future()).isCompleted();
            login.object();
            assertThat(login.stage().toCompletableFuture()).isCompletedExceptionally();
            assertThat(login.future()).isCompletedExceptionally();
            assertThatThrownBy(login::object).isInstanceOf(RateLimitExceededException.class);
        }
    }
}

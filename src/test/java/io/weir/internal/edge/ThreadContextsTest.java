package io.weir.internal.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.internal.address.Client;
import io.weir.internal.guard.CurrentOperation;
import io.weir.internal.guard.Operation;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the two providers of thread contexts do, asked as a platform asks them. */
class ThreadContextsTest {

    private final CurrentOperation current = new CurrentOperation();
    private final CurrentOperation other = new CurrentOperation();
    private final ExecutorService thread = Executors.newSingleThreadExecutor();

    /** A snapshot; what begins it on a thread gives what ends it. */
    private record Provider(Supplier<Supplier<Runnable>> now, Supplier<Supplier<Runnable>> none) {}

    private static List<Provider> providers() {
        var concurrency =
                ServiceLoader.load(jakarta.enterprise.concurrent.spi.ThreadContextProvider.class)
                        .findFirst()
                        .orElseThrow();
        var microProfile =
                ServiceLoader.load(org.eclipse.microprofile.context.spi.ThreadContextProvider.class)
                        .findFirst()
                        .orElseThrow();
        return List.of(
                new Provider(
                        () -> {
                            var snapshot = concurrency.currentContext(Map.of());
                            return () -> snapshot.begin()::endContext;
                        },
                        () -> {
                            var snapshot = concurrency.clearedContext(Map.of());
                            return () -> snapshot.begin()::endContext;
                        }),
                new Provider(
                        () -> {
                            var snapshot = microProfile.currentContext(Map.of());
                            return () -> snapshot.begin()::endContext;
                        },
                        () -> {
                            var snapshot = microProfile.clearedContext(Map.of());
                            return () -> snapshot.begin()::endContext;
                        }));
    }

    private static Operation of(String address) {
        Client client = new Client(address, address, address, List.of());
        return new Operation(() -> client);
    }

    private static String client(CurrentOperation current) {
        return current.get().map(o -> o.caller().client().key()).orElse("nobody");
    }

    @AfterEach
    void end() {
        thread.shutdownNow();
    }

    @Test
    @SuppressWarnings("try") // the scope is closed, and needs no more
    void whatATaskWorksForIsWhatItsSenderWorkedFor() throws Exception {
        for (Provider provider : providers()) {
            Supplier<Runnable> snapshot;
            try (CurrentOperation.Scope scope = current.enter(of("203.0.113.7"))) {
                snapshot = provider.now().get();
            }
            assertThat(client(current)).isEqualTo("nobody");
            assertThat(onThread(snapshot, current)).isEqualTo("203.0.113.7");
            assertThat(onThread(snapshot, other)).as("another application").isEqualTo("nobody");
            assertThat(onThread(snapshot, current)).as("again").isEqualTo("203.0.113.7");
            assertThat(thread.submit(() -> client(current)).get()).isEqualTo("nobody");
        }
    }

    @Test
    @SuppressWarnings("try") // the scope is closed, and needs no more
    void whatWasThereBeforeComesBack() {
        for (Provider provider : providers()) {
            Supplier<Runnable> outside = provider.now().get();
            try (CurrentOperation.Scope scope = current.enter(of("203.0.113.7"))) {
                for (Supplier<Runnable> none : List.of(outside, provider.none().get())) {
                    Runnable end = none.get();
                    assertThat(client(current)).isEqualTo("nobody");
                    end.run();
                    assertThat(client(current)).isEqualTo("203.0.113.7");
                }
            }
        }
    }

    @Test
    @SuppressWarnings("try") // the scope is closed, and needs no more
    void anOperationInsideThatOfAnotherApplication() {
        try (CurrentOperation.Scope outer = other.enter(of("203.0.113.8"))) {
            try (CurrentOperation.Scope inner = current.enter(of("203.0.113.7"))) {
                assertThat(client(other)).isEqualTo("203.0.113.8");
                assertThat(client(current)).isEqualTo("203.0.113.7");
            }
            assertThat(client(current)).isEqualTo("nobody");
        }
    }

    private String onThread(Supplier<Runnable> snapshot, CurrentOperation whose) throws Exception {
        return thread.submit(
                        () -> {
                            Runnable end = snapshot.get();
                            String who = client(whose);
                            end.run();
                            return who;
                        })
                .get();
    }
}

package io.weir.internal.guard;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class CurrentOperationTest {

    private final CurrentOperation module = new CurrentOperation();
    private final CurrentOperation sibling = module.sibling();
    private final Operation arrived = new Operation(GateTest.caller("203.0.113.7"));
    private final Operation entered = new Operation(GateTest.caller("203.0.113.8"));
    private final AtomicInteger begun = new AtomicInteger();

    private final Supplier<Operation> begins =
            () -> {
                begun.incrementAndGet();
                return arrived;
            };

    @Test
    void aRequestThatHasArrivedIsKnownToTheModulesOfItsApplicationOnItsThread() {
        module.arrives(begins);
        assertThat(begun).as("nobody has asked").hasValue(0);
        assertThat(module.get()).contains(arrived);
        assertThat(sibling.get()).contains(arrived);
        assertThat(sibling.module()).contains(module);
        assertThat(new CurrentOperation().get()).isEmpty();
        assertThat(CompletableFuture.supplyAsync(module::get).join()).isEmpty();
    }

    @Test
    void whatIsEnteredStandsInForItAndItIsForgotten() {
        module.arrives(begins);
        CurrentOperation.Scope scope = module.enter(entered);
        assertThat(sibling.get()).contains(entered);
        scope.close();
        assertThat(module.get()).isEmpty();
    }

    @Test
    void aRequestThatNobodyEnteredIsOver() {
        module.arrives(begins);
        module.isOver();
        assertThat(module.get()).isEmpty();
        assertThat(begun).hasValue(0);
    }
}

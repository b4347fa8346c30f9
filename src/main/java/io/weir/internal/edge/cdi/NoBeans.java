package io.weir.internal.edge.cdi;

import io.weir.RefusalResponse;
import io.weir.internal.observe.Listeners;
import io.weir.internal.observe.Meters;
import io.weir.internal.policy.ProblemCode;
import io.weir.internal.policy.Problems;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Of an application without CDI: there are none. */
final class NoBeans implements Beans {

    @Override
    public <T> Optional<T> named(Class<T> type, String name) {
        return Optional.empty();
    }

    @Override
    public ProblemCode missing() {
        return ProblemCode.NO_CDI;
    }

    @Override
    public Optional<RefusalResponse> answers(Problems problems) {
        return Optional.empty();
    }

    @Override
    public Listeners listeners() {
        return new Listeners(List.of());
    }

    @Override
    public @Nullable Meters meters() {
        return Blueprint.isPresent("io.micrometer.core.instrument.MeterRegistry")
                ? Registries.global()
                : null;
    }

    @Override
    public Optional<OwnRedisson> redisson(Problems problems) {
        return Optional.empty();
    }

    @Override
    public boolean isAlternative(Class<?> type) {
        return false;
    }
}

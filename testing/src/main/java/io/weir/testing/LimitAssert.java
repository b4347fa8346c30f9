package io.weir.testing;

import io.weir.Decision;
import io.weir.LimitState;
import java.time.Duration;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Assertions about what a policy does for one caller. Each of them makes calls, which count as any
 * other; refused ones do not count.
 */
public final class LimitAssert {

    private static final Duration INSTANT = Duration.ofNanos(1);

    private final LimitUnderTest limit;
    private @Nullable Decision last;

    LimitAssert(LimitUnderTest limit) {
        this.limit = limit;
    }

    /**
     * So many calls are admitted, one after the other, at this very moment.
     *
     * @param calls how many, at least 1
     * @return these assertions
     */
    public LimitAssert admits(int calls) {
        if (calls < 1) {
            throw new IllegalArgumentException("calls is " + calls + ", expected at least 1");
        }
        for (int i = 0; i < calls; i++) {
            if (!(take() instanceof Decision.Admitted)) {
                throw failed("admitted %s of %s calls, and then: %s", i, calls, said());
            }
        }
        return this;
    }

    /**
     * So many further calls are admitted.
     *
     * @param calls how many, at least 1
     * @return these assertions
     */
    public LimitAssert thenAdmits(int calls) {
        return admits(calls);
    }

    /**
     * The next call is refused.
     *
     * @return these assertions
     */
    public LimitAssert refuses() {
        if (!(take() instanceof Decision.Refused)) {
            throw failed("was to refuse the next call, and: %s", said());
        }
        return this;
    }

    /**
     * The next call is refused.
     *
     * @return these assertions
     */
    public LimitAssert thenRefuses() {
        return refuses();
    }

    /**
     * It is still refused right before the end of a time. The clock is moved there.
     *
     * @param time from the refusal on
     * @return these assertions
     */
    public LimitAssert forAtLeast(Duration time) {
        if (!(last instanceof Decision.Refused)) {
            throw new IllegalStateException("forAtLeast comes after refuses() or thenRefuses()");
        }
        if (time.compareTo(INSTANT) > 0) {
            limit.advance(time.minus(INSTANT));
        }
        if (!(take() instanceof Decision.Refused)) {
            throw failed("was to refuse for %s, and before that: %s", time, said());
        }
        return this;
    }

    /**
     * It is refused right before the end of a time, and admitted at its end. The clock is moved
     * there.
     *
     * @param time from the refusal on
     * @return these assertions
     */
    public LimitAssert forExactly(Duration time) {
        forAtLeast(time);
        limit.advance(INSTANT);
        if (!(take() instanceof Decision.Admitted)) {
            throw failed("was to refuse for %s and no longer, and then: %s", time, said());
        }
        return this;
    }

    /**
     * The next call cannot be decided, for Redis is away: what {@code fail_closed} says.
     *
     * @return these assertions
     */
    public LimitAssert isUnavailable() {
        if (!(take() instanceof Decision.Unavailable)) {
            throw failed("was to be unavailable, and: %s", said());
        }
        return this;
    }

    /**
     * The network of the client is denied.
     *
     * @return these assertions
     */
    public LimitAssert isDenied() {
        if (!(take() instanceof Decision.Denied)) {
            throw failed("was to be denied, and: %s", said());
        }
        return this;
    }

    private Decision take() {
        Decision decision = limit.take();
        last = decision;
        return decision;
    }

    private String said() {
        if (last instanceof Decision.Refused refused) {
            return "refused, again in " + refused.retryAfter();
        }
        return last == null ? "nothing" : last.getClass().getSimpleName().toLowerCase(Locale.ROOT);
    }

    private AssertionError failed(String what, Object... parts) {
        String left =
                last == null || last.limits().isEmpty()
                        ? "unknown"
                        : last.limits().stream()
                                .map(LimitAssert::text)
                                .collect(Collectors.joining(", and "));
        return new AssertionError(
                "%s %s%n  %s%n  left: %s"
                        .formatted(
                                limit.name(),
                                what.formatted(parts),
                                limit.describe().replace("\n", "\n  "),
                                left));
    }

    private static String text(LimitState state) {
        String next = state.untilNext().isZero() ? "" : ", one more in " + state.untilNext();
        return "%s of %s in %s%s"
                .formatted(state.remaining(), state.permits(), state.window(), next);
    }
}

package io.weir.internal.http;

import io.weir.internal.answer.Answer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * What the filter in front of the application's filters knows of one dispatch of a request whose
 * path is limited. Somebody behind them is asked, or nobody is.
 */
public final class Approach {

    /** The request attribute that holds it while the dispatch lasts. */
    public static final String ATTRIBUTE = "io.weir.approach";

    private final RequestView request;
    private final List<Limited> limited;
    private final boolean refused;
    private final @Nullable Answer answer;
    private final AtomicBoolean over = new AtomicBoolean();

    /** A route that the request matches, and what its template says. */
    record Limited(Route route, Map<String, String> values) {}

    Approach(RequestView request, List<Limited> limited, boolean refused, @Nullable Answer answer) {
        this.request = request;
        this.limited = limited;
        this.refused = refused;
        this.answer = answer;
    }

    RequestView request() {
        return request;
    }

    List<Limited> limited() {
        return limited;
    }

    /**
     * The answer that is given in front.
     *
     * @return null where the request goes on
     */
    public @Nullable Answer answer() {
        return answer;
    }

    /**
     * Whether a filter of the application that answers by itself may have to be stopped.
     *
     * @return false where everything was decided, and admitted
     */
    public boolean isOpen() {
        return refused || limited.stream().anyMatch(one -> one.route().isLate());
    }

    /** Whether this is the first to say so. */
    boolean ends() {
        return over.compareAndSet(false, true);
    }
}

package io.weir.internal.edge.cdi;

import io.weir.RefusalResponse;
import io.weir.internal.observe.Listeners;
import io.weir.internal.observe.Meters;
import io.weir.internal.policy.ProblemCode;
import io.weir.internal.policy.Problems;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What an application provides for its limiter. */
interface Beans {

    /** A bean by its {@code @Named} name. */
    <T> Optional<T> named(Class<T> type, String name);

    /** What is wrong where there is none of that name. */
    ProblemCode missing();

    /** The application's own answers. */
    Optional<RefusalResponse> answers(Problems problems);

    /** Who wants to see each decision. */
    Listeners listeners();

    /** Where the server or the application collects measurements, if it has Micrometer. */
    @Nullable Meters meters();

    /** Its own client of Redis. */
    Optional<OwnRedisson> redisson(Problems problems);

    /** Whether a class is a bean only where it is selected; elsewhere nobody calls it. */
    boolean isAlternative(Class<?> type);
}

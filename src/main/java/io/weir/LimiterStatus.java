package io.weir;

import java.time.Duration;

/** Which store decides now, and for how long it has. Injectable; thread-safe. */
public interface LimiterStatus {

    /**
     * The store that decides now.
     *
     * @return {@link DecidedBy#REDIS} or {@link DecidedBy#LOCAL}
     */
    DecidedBy store();

    /**
     * For how long that store has decided.
     *
     * @return not negative
     */
    Duration since();
}

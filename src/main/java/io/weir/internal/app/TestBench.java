package io.weir.internal.app;

import io.weir.internal.count.RemoteCounts;
import io.weir.internal.count.Ticker;
import java.util.Map;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

/**
 * What a test puts around a limiter. A service of the application's class loader, one for each
 * module that is deployed; only the test kit has one, and it works only where a setting says that
 * this is a test.
 */
public interface TestBench {

    /** The setting. */
    String SETTING = "weir.testing";

    /**
     * Whether it takes part.
     *
     * @return false for a deployment that no test of the kit makes, on the class path of others
     */
    boolean joins();

    /**
     * The clock of all decisions.
     *
     * @return the same for all modules of an application
     */
    Ticker clock();

    /**
     * What is set for the test.
     *
     * @return texts by the names of settings; they win over all others
     */
    Map<String, String> settings();

    /**
     * What the nodes share.
     *
     * @param redis Redis, as it is configured; null where none is
     * @return what is counted in instead
     */
    RemoteCounts shared(@Nullable RemoteCounts redis);

    /**
     * A module has a limiter. It may not be started yet.
     *
     * @param module the module
     */
    void deployed(Deployment module);

    /**
     * A module has ended.
     *
     * @param module the module
     */
    void undeployed(Deployment module);

    /** The one of an application, if it has one. */
    static @Nullable TestBench of(ClassLoader application) {
        for (TestBench found : ServiceLoader.load(TestBench.class, application)) {
            if (found.joins()) {
                return found;
            }
        }
        return null;
    }
}

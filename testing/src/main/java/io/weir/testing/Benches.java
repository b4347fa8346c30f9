package io.weir.testing;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which bench an application is put on: that of the test whose thread deploys it, or the one of all
 * modules in a server. This class is a part of the application there.
 */
final class Benches {

    /** Threads that a test starts deploy for it, too. */
    private static final InheritableThreadLocal<@Nullable LocalBench> OF_TEST =
            new InheritableThreadLocal<>();

    private static final Benches SERVER = new Benches();

    private @Nullable LocalBench ofServer;

    private Benches() {}

    static void setOfThread(@Nullable LocalBench bench) {
        if (bench == null) {
            OF_TEST.remove();
        } else {
            OF_TEST.set(bench);
        }
    }

    static @Nullable LocalBench ofThread() {
        return OF_TEST.get();
    }

    /** Null before an application is deployed. */
    static @Nullable LocalBench known() {
        synchronized (SERVER) {
            return SERVER.ofServer;
        }
    }

    static LocalBench ofServer() {
        synchronized (SERVER) {
            LocalBench known = SERVER.ofServer;
            if (known == null) {
                known = new LocalBench(true, Map.of(), null);
                SERVER.ofServer = known;
            }
            return known;
        }
    }
}

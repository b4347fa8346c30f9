package io.weir.testing;

import io.weir.internal.app.Deployment;
import io.weir.internal.app.TestBench;
import io.weir.internal.count.RemoteCounts;
import io.weir.internal.count.Ticker;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What the library finds. Not for applications. */
public final class KitBench implements TestBench {

    private final @Nullable LocalBench bench;

    /** For one module that is being deployed. */
    public KitBench() {
        LocalBench ofTest = Benches.ofThread();
        bench = ofTest != null || isClassPathOfTests() ? ofTest : Benches.ofServer();
    }

    /** There the kit lies beside tests that are not its own. */
    private static boolean isClassPathOfTests() {
        ClassLoader own = KitBench.class.getClassLoader();
        if (own != ClassLoader.getSystemClassLoader()) {
            return false;
        }
        try {
            Class.forName("org.junit.jupiter.api.Test", false, own);
            return true;
        } catch (ClassNotFoundException e) {
            return false;
        }
    }

    @Override
    public boolean joins() {
        return bench != null;
    }

    LocalBench bench() {
        return Objects.requireNonNull(bench, "it does not join");
    }

    @Override
    public Ticker clock() {
        return bench().clock();
    }

    @Override
    public Map<String, String> settings() {
        return bench().settings();
    }

    @Override
    public RemoteCounts shared(@Nullable RemoteCounts redis) {
        return bench().shared(redis);
    }

    @Override
    public void deployed(Deployment module) {
        bench().deployed(module);
    }

    @Override
    public void undeployed(Deployment module) {
        bench().undeployed(module);
    }
}

package io.weir.release;

import java.util.Map;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Stages once for all tests of a run, which takes minutes. */
final class Staging implements ParameterResolver {

    private static final ExtensionContext.Namespace HERE =
            ExtensionContext.Namespace.create(Staging.class);

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        Class<?> type = parameter.getParameter().getType();
        return type == Staged.class || type == PgpKey.class || type == Baseline.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        ExtensionContext.Store store = context.getRoot().getStore(HERE);
        PgpKey key = store.getOrComputeIfAbsent("key", k -> key(), PgpKey.class);
        Class<?> type = parameter.getParameter().getType();
        if (type == PgpKey.class) {
            return key;
        }
        if (type == Staged.class) {
            return store.getOrComputeIfAbsent("staged", k -> staged(key), Staged.class);
        }
        return store.getOrComputeIfAbsent("baseline", k -> baseline(), Baseline.class);
    }

    private static PgpKey key() {
        try {
            return PgpKey.made();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static Baseline baseline() {
        try {
            return Baseline.built();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static Staged staged(PgpKey key) {
        try {
            return Staged.from("one", key, Map.of());
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}

package io.weir.internal.edge.cdi;

import io.weir.internal.guard.CurrentOperation;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A module of an application, and its limiter, which is put together when it is first needed. */
final class Assembly implements AutoCloseable {

    private final Blueprint blueprint;
    private final CurrentOperation current;
    private final Optional<String> name;
    private volatile @Nullable Weir weir;

    /**
     * Nothing runs yet.
     *
     * @param name of what no servlet edge will start
     */
    Assembly(Blueprint blueprint, CurrentOperation current, Optional<String> name) {
        this.blueprint = blueprint;
        this.current = current;
        this.name = name;
    }

    Blueprint blueprint() {
        return blueprint;
    }

    CurrentOperation current() {
        return current;
    }

    Weir weir() {
        Weir known = weir;
        return known == null ? made() : known;
    }

    private synchronized Weir made() {
        Weir known = weir;
        if (known == null) {
            Weir made = new Weir(blueprint, current);
            try {
                name.ifPresent(own -> made.start(own, Set.of(), Map.of()));
            } catch (RuntimeException e) {
                made.close();
                throw e;
            }
            known = made;
            weir = known;
        }
        return known;
    }

    /** What there is already. */
    Optional<Weir> running() {
        return Optional.ofNullable(weir);
    }

    @Override
    public synchronized void close() {
        running().ifPresent(Weir::close);
    }
}

package io.weir.cdi;

import io.weir.Policy;
import io.weir.RateLimiter;
import io.weir.gate.Caller;
import io.weir.gate.CurrentOperation;
import io.weir.gate.Gate;
import io.weir.gate.Keys;
import io.weir.gate.Pause;
import io.weir.gate.Watcher;
import io.weir.store.Store;
import io.weir.store.Ticker;
import jakarta.enterprise.inject.spi.CDI;
import java.io.Serializable;
import java.util.function.Function;

/**
 * The gate as it is injected: itself and no proxy of it, which made up to 57 of 97 bytes of each
 * decision. What goes to a disk with a bean of a session is a reference to the gate that is there
 * when it comes back.
 */
final class InjectableGate extends Gate implements Serializable {

    private static final long serialVersionUID = 1L;

    InjectableGate(
            Function<String, Policy> policies,
            Store store,
            Keys keys,
            CurrentOperation current,
            Caller nobody,
            Watcher watcher,
            Ticker ticker,
            Pause pause) {
        super(policies, store, keys, current, nobody, watcher, ticker, pause);
    }

    private Object writeReplace() {
        return new Reference();
    }

    private record Reference() implements Serializable {

        private Object readResolve() {
            return CDI.current().select(RateLimiter.class).get();
        }
    }
}

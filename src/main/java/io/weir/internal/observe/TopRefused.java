package io.weir.internal.observe;

import io.weir.Key;
import io.weir.Policy;
import io.weir.internal.operator.Overview;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The keys that are refused most, by space-saving: {@value #PLACES} places, a newcomer takes the
 * place and the count of the one with the fewest. Who would have to wait for the lock is not
 * counted. Thread-safe.
 */
final class TopRefused {

    private static final int PLACES = 64;
    private static final int TOLD = 10;

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Refused, Long> counts = new HashMap<>();

    private record Refused(Policy policy, Key key) {
        @Override
        public boolean equals(Object other) {
            return other instanceof Refused one
                    && one.policy.name().equals(policy.name())
                    && one.key.equals(key);
        }

        @Override
        public int hashCode() {
            return 31 * policy.name().hashCode() + key.hashCode();
        }
    }

    void count(Policy policy, Key key) {
        if (!lock.tryLock()) {
            return;
        }
        try {
            Refused one = new Refused(policy, key);
            long before = 0;
            if (!counts.containsKey(one) && counts.size() >= PLACES) {
                Map.Entry<Refused, Long> fewest =
                        counts.entrySet().stream().min(Map.Entry.comparingByValue()).orElseThrow();
                before = fewest.getValue();
                counts.remove(fewest.getKey());
            }
            counts.merge(one, before + 1, Long::sum);
        } finally {
            lock.unlock();
        }
    }

    /** To be called once a minute. */
    void age() {
        lock.lock();
        try {
            counts.replaceAll((one, count) -> count / 2);
            counts.values().removeIf(count -> count == 0);
        } finally {
            lock.unlock();
        }
    }

    List<Overview.Refused> tell(String application) {
        lock.lock();
        try {
            return counts.entrySet().stream()
                    .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
                    .limit(TOLD)
                    .map(
                            e ->
                                    new Overview.Refused(
                                            e.getKey().policy().name(),
                                            KeyDigits.of(
                                                    application,
                                                    e.getKey().policy(),
                                                    e.getKey().key()),
                                            e.getValue()))
                    .toList();
        } finally {
            lock.unlock();
        }
    }
}

package io.weir.internal.redis;

import io.weir.Key;
import io.weir.Policy;
import io.weir.internal.count.SharedCounts;
import io.weir.internal.count.SharedCounts.Mark;
import io.weir.internal.count.StoreUnavailableException;
import io.weir.internal.count.StoreUnavailableException.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.redisson.api.RScript.ReturnType;

/**
 * Resets of single keys: deletes their counts, leaves a mark of each for the other nodes, and reads
 * the marks that those have left. A reset that could not be made waits here for the next heartbeat.
 *
 * <p>A mark is a name and a number, and is told once for each number, but never to the node that
 * has left it. Only one thread reads; resets come from any.
 */
final class Resets {

    /** In Redis. More are refused: one that was dropped would be a reset that nobody has read. */
    static final int MOST = 10_000;

    /** That wait for Redis. */
    static final int MOST_WAITING = 1_000;

    /** The longest time that one is kept. */
    static final Duration DAY = Duration.ofDays(1);

    /** The shortest: some heartbeats. */
    private static final Duration SHORT = Duration.ofSeconds(10);

    /** Longer than an answer takes: microseconds. */
    private static final long AHEAD = SHORT.toMillis() * 1_000;

    /** That one script tells: what it takes of Redis is well under a millisecond. */
    static final int PAGE = 500;

    /** Somebody resets as fast as this node reads: the rest comes with the next heartbeat. */
    private static final int MOST_PAGES = 4 * MOST / PAGE;

    private static final Lua DELETE =
            Lua.of(ReturnType.LONG, "return redis.call('DEL', unpack(KEYS))");

    private final RedisKeys keys;
    private final Supplier<Duration> longest;
    private final Lua mark = Lua.in(ReturnType.LONG, "mark.lua");
    private final Lua marks = Lua.in(ReturnType.LIST, "marks.lua");

    private String lastName = "";
    private long lastNumber;

    /** By the clock of Redis, microseconds. */
    private long now;

    /** What was read, and not told yet: the heartbeat failed after that. */
    private final Map<String, Long> read = new LinkedHashMap<>();

    private final Object lock = new Object();
    private final Map<String, Reset> waiting = new LinkedHashMap<>();
    private final Map<String, Integer> underWay = new HashMap<>();

    /** Of those that waited, the ones that are being made. */
    private final Set<String> catchingUp = new HashSet<>();

    private volatile boolean anyWaits;

    /** The latest mark of each name that this node has left. */
    private final Map<String, Long> own = new Latest();

    /** The latest mark of each name that this node has left or read. */
    private final Map<String, Long> known = new Latest();

    /**
     * Nothing was read yet.
     *
     * @param longest the longest time for which a permit of any policy is used
     */
    Resets(RedisKeys keys, Supplier<Duration> longest) {
        this.keys = keys;
        this.longest = longest;
    }

    private static final class Latest extends LinkedHashMap<String, Long> {

        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
            return size() > MOST;
        }
    }

    /** One that was asked for; a later one of the same key is another. */
    private static final class Reset {
        private final Policy policy;
        private final Key key;
        private final String name;

        Reset(Policy policy, Key key) {
            this.policy = policy;
            this.key = key;
            this.name = SharedCounts.name(policy, key);
        }
    }

    void reset(Connection connection, Policy policy, Key key) throws StoreUnavailableException {
        Reset reset = new Reset(policy, key);
        boolean marked;
        try {
            marked = connection.call(session -> make(session, reset));
        } catch (StoreUnavailableException e) {
            synchronized (lock) {
                if (waiting.size() < MOST_WAITING) {
                    waiting.put(reset.name, reset);
                    anyWaits = true;
                }
            }
            throw e;
        }
        if (!marked) {
            throw full();
        }
    }

    /** Makes those that wait, in the order in which they came. */
    void makeWaiting(Connection connection) throws StoreUnavailableException {
        List<Reset> resets;
        synchronized (lock) {
            resets = List.copyOf(waiting.values());
        }
        for (Reset reset : resets) {
            try {
                // One for which there is no room is made with a later heartbeat.
                connection.probe(session -> makeWaiting(session, reset.name));
            } catch (StoreUnavailableException e) {
                if (e.kind() != Kind.BUSY) { // else a call is just making it
                    throw e;
                }
            }
        }
    }

    /**
     * Makes the one that waits for this key, if any: before anything is counted for it. Only one
     * thread does, and nothing is counted meanwhile, or it would delete what was counted after it.
     */
    void makeWaiting(Session session, Policy policy, Key key) throws StoreUnavailableException {
        if (anyWaits && !makeWaiting(session, SharedCounts.name(policy, key))) {
            throw full();
        }
    }

    /** False if one waits and there is no room for its mark. */
    private boolean makeWaiting(Session session, String name) throws StoreUnavailableException {
        Reset reset;
        synchronized (lock) {
            if (catchingUp.contains(name)) {
                throw new StoreUnavailableException(
                        Kind.BUSY, "the reset of %s is just being made".formatted(name));
            }
            reset = waiting.get(name);
            if (reset == null) {
                return true;
            }
            catchingUp.add(name);
        }
        try {
            return make(session, reset);
        } finally {
            synchronized (lock) {
                catchingUp.remove(name);
                anyWaits = !waiting.isEmpty() || !catchingUp.isEmpty();
            }
        }
    }

    /** Deletes, then marks; false if there is no room for the mark. */
    private boolean make(Session session, Reset reset) throws StoreUnavailableException {
        String name = reset.name;
        Reset before;
        synchronized (lock) {
            underWay.merge(name, 1, Integer::sum);
            before = waiting.get(name);
        }
        try {
            session.<Long>eval(DELETE, keys.all(reset.policy, reset.key));
            long kept = TimeUnit.MICROSECONDS.convert(kept(reset.policy.fullAfter()));
            Long number =
                    session.eval(mark, List.of(keys.resets()), name, kept, MOST, DAY.toMillis());
            if (number == 0) {
                return false;
            }
            synchronized (lock) {
                know(own, name, Math.max(number, own.getOrDefault(name, 0L)));
                know(known, name, number);
                waiting.remove(name, before);
                anyWaits = !waiting.isEmpty() || !catchingUp.isEmpty();
            }
            return true;
        } finally {
            synchronized (lock) {
                underWay.computeIfPresent(name, (n, count) -> count == 1 ? null : count - 1);
            }
        }
    }

    private static StoreUnavailableException full() {
        return new StoreUnavailableException(
                Kind.NOT_COUNTED,
                "the counts are deleted, but other nodes will not hear of the reset: there is no"
                        + " room for it, as %s clients were reset lately. To be repeated later"
                                .formatted(MOST));
    }

    /** Reads all that others have left since the last time. To be told when nothing has failed. */
    void read(Session session) throws StoreUnavailableException {
        int told = PAGE;
        for (int page = 0; told == PAGE && page < MOST_PAGES; page++) {
            List<Object> answer =
                    session.eval(
                            marks,
                            List.of(keys.resets()),
                            lastName,
                            lastNumber,
                            TimeUnit.MICROSECONDS.convert(kept(Duration.ZERO)),
                            PAGE);
            now = (Long) answer.get(0);
            told = answer.size() / 2;
            for (int i = 1; i < answer.size(); i += 2) {
                lastName = (String) answer.get(i);
                lastNumber = (Long) answer.get(i + 1);
                if (isNews(lastName, lastNumber)) {
                    read.remove(lastName);
                    read.put(lastName, lastNumber);
                }
            }
        }
    }

    /** What was read and not told yet, oldest first. */
    List<Mark> tell() {
        List<Mark> told = new ArrayList<>(read.size());
        read.forEach(
                (name, number) ->
                        told.add(
                                new Mark(
                                        name,
                                        TimeUnit.MICROSECONDS.toNanos(Math.max(0, now - number)))));
        read.clear();
        return told;
    }

    /**
     * Whether another node has left a mark that is new here. Those that this node is leaving or
     * will leave are its own; one that is earlier than its own makes no difference. (A number far
     * ahead of now is of a clock that has gone back since.)
     */
    private boolean isNews(String name, long number) {
        synchronized (lock) {
            Long mine = own.get(name);
            Long before = known.get(name);
            boolean news =
                    !underWay.containsKey(name)
                            && !waiting.containsKey(name)
                            && (mine == null || number > mine || mine > now + AHEAD)
                            && (before == null || number != before);
            know(known, name, number);
            return news;
        }
    }

    private static void know(Map<String, Long> marks, String name, long number) {
        marks.remove(name);
        marks.put(name, number);
    }

    /** For how long marks are kept. */
    private Duration kept(Duration used) {
        return Stream.of(SHORT, used, longest.get())
                .max(Comparator.naturalOrder())
                .filter(time -> time.compareTo(DAY) < 0)
                .orElse(DAY);
    }
}

package io.weir.internal.redis;

import io.weir.internal.count.SharedOverride;
import io.weir.internal.count.StoreUnavailableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.redisson.api.RScript.ReturnType;

/** What nodes tell one another for operators: overrides, and what each has counted lately. */
final class OperatorExchange {

    /** A node that has not written for so long is not shown. */
    private static final Duration SHOWN = Duration.ofSeconds(30);

    private final RedisKeys keys;
    private final String node;
    private final Lua overrides = Lua.in(ReturnType.LIST, "overrides.lua");
    private final Lua tallies = Lua.in(ReturnType.LIST, "tallies.lua");

    OperatorExchange(RedisKeys keys, String node) {
        this.keys = keys;
        this.node = node;
    }

    List<SharedOverride> overrides(Session session, List<SharedOverride> known)
            throws StoreUnavailableException {
        List<Object> arguments = new ArrayList<>();
        for (SharedOverride one : known) {
            arguments.add(one.policy());
            arguments.add(one.version());
            arguments.add(one.left().toMillis());
            arguments.add(one.isNew() ? 1 : 0);
            arguments.add(one.text());
        }
        List<String> answer =
                session.eval(overrides, List.of(keys.overrides()), arguments.toArray());
        List<SharedOverride> all = new ArrayList<>();
        for (int i = 0; i < answer.size(); i += 4) {
            all.add(
                    new SharedOverride(
                            answer.get(i),
                            Long.parseLong(answer.get(i + 1)),
                            Duration.ofMillis(Long.parseLong(answer.get(i + 2))),
                            false,
                            answer.get(i + 3)));
        }
        return all;
    }

    Map<String, String> tallies(Session session, String mine) throws StoreUnavailableException {
        List<String> answer =
                session.eval(tallies, List.of(keys.tallies()), node, mine, SHOWN.toMillis());
        Map<String, String> all = new LinkedHashMap<>();
        for (int i = 0; i < answer.size(); i += 2) {
            all.put(answer.get(i), answer.get(i + 1));
        }
        return all;
    }
}

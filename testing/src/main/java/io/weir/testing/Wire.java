package io.weir.testing;

import io.weir.Decision;
import io.weir.LimitState;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Decisions as text: what was decided and the wait in nanoseconds, then a line for each limit. */
final class Wire {

    private Wire() {}

    static String text(Decision decision) {
        StringBuilder text = new StringBuilder();
        text.append(decision.getClass().getSimpleName().toLowerCase(Locale.ROOT));
        text.append(' ').append(wait(decision).toNanos());
        for (LimitState limit : decision.limits()) {
            text.append('\n').append(URLEncoder.encode(limit.name(), StandardCharsets.UTF_8));
            text.append(' ').append(limit.permits()).append(' ').append(limit.window().toNanos());
            text.append(' ').append(limit.remaining());
            text.append(' ').append(limit.untilNext().toNanos());
        }
        return text.toString();
    }

    private static Duration wait(Decision decision) {
        if (decision instanceof Decision.Refused refused) {
            return refused.retryAfter();
        }
        return decision instanceof Decision.Unavailable away ? away.retryAfter() : Duration.ZERO;
    }

    static Decision decision(String text) {
        List<String> lines = text.lines().toList();
        String[] first = lines.get(0).split(" ");
        Duration wait = Duration.ofNanos(Long.parseLong(first[1]));
        List<LimitState> limits = new ArrayList<>();
        for (String line : lines.subList(1, lines.size())) {
            String[] parts = line.split(" ");
            limits.add(
                    new LimitState(
                            URLDecoder.decode(parts[0], StandardCharsets.UTF_8),
                            Long.parseLong(parts[1]),
                            Duration.ofNanos(Long.parseLong(parts[2])),
                            Long.parseLong(parts[3]),
                            Duration.ofNanos(Long.parseLong(parts[4]))));
        }
        return switch (first[0]) {
            case "admitted" -> new Decision.Admitted(limits);
            case "refused" -> new Decision.Refused(wait, List.of(), limits);
            case "impossible" -> new Decision.Impossible(limits);
            case "denied" -> new Decision.Denied();
            case "unavailable" -> new Decision.Unavailable(wait);
            default -> throw new IllegalStateException("no decision: " + text);
        };
    }
}

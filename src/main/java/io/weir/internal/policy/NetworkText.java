package io.weir.internal.policy;

import io.weir.internal.address.Cidr;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/** Networks as text: of callers, and of proxies that are trusted. Stateless. */
final class NetworkText {

    private NetworkText() {}

    /** Some networks, but not all there are. */
    static Optional<List<Cidr>> networks(Text text) {
        return text.each(",", NetworkText::network);
    }

    private static Optional<Cidr> network(Text item) {
        try {
            Cidr network = Cidr.parse(item.value());
            if (!network.everything()) {
                return Optional.of(network);
            }
        } catch (IllegalArgumentException e) {
            // The same answer as to everything.
        }
        return item.refuse(
                "CIDRs or single addresses, separated by commas, such as 10.0.0.0/8,"
                        + " 2001:db8::1; not every address: mode=off is for that");
    }

    /** The networks of both lists. */
    static List<Cidr> both(List<Cidr> some, List<Cidr> more) {
        return Stream.concat(some.stream(), more.stream()).distinct().toList();
    }

    /** The networks of trusted proxies; the word {@code none} is an empty list. */
    static Optional<List<Cidr>> trusted(Text text) {
        return text.value().equalsIgnoreCase("none")
                ? Optional.of(List.of())
                : text.each(",", NetworkText::proxy);
    }

    private static Optional<Cidr> proxy(Text item) {
        ProblemCode code = ProblemCode.TRUSTED_PROXY;
        if (item.value().isEmpty()) {
            return item.refuse(code, item.quoted() + " (a blank entry)");
        }
        if (item.value().equalsIgnoreCase("none")) {
            Optional<String> hint = Optional.of("The word none stands alone");
            return item.refuse(code, item.quoted(), hint);
        }
        try {
            Cidr range = Cidr.parse(item.value());
            if (range.everything()) {
                item.problems().add(ProblemCode.TRUST_EVERYBODY, item.where(), item.quoted());
            }
            return Optional.of(range);
        } catch (IllegalArgumentException e) {
            String expected = Objects.requireNonNullElse(e.getMessage(), code.expected());
            return item.refuse(code, item.quoted(), expected);
        }
    }
}

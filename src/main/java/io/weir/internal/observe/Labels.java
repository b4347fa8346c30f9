package io.weir.internal.observe;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** How constants are called outside of the code. */
final class Labels {

    private Labels() {}

    /** {@code outage-rule}, for labels and lines. */
    static String dashed(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** {@code OutageRule}, for attributes. */
    static String camel(Enum<?> constant) {
        return Arrays.stream(constant.name().split("_", -1))
                .map(word -> word.charAt(0) + word.substring(1).toLowerCase(Locale.ROOT))
                .collect(Collectors.joining());
    }
}

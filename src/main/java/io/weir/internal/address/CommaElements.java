package io.weir.internal.address;

import java.util.List;

/** The elements of {@code X-Forwarded-For}: separated by commas, no quoting. */
final class CommaElements extends Elements {

    private int end;
    private boolean lineDone = true;

    CommaElements(List<? extends CharSequence> lines) {
        super(lines);
    }

    @Override
    boolean next() {
        if (lineDone) {
            if (!nextLine()) {
                return false;
            }
            end = line.length();
        }
        int to = skipBlanks(end);
        int from = to;
        while (from > 0
                && to - from <= AddressText.MAX_LENGTH
                && !isDelimiter(line.charAt(from - 1))) {
            from--;
        }
        int left = skipBlanks(from);
        lineDone = left == 0;
        boolean whole = lineDone || line.charAt(left - 1) == ',';
        address = whole ? AddressText.element(line, from, to) : null;
        end = left - 1;
        return true;
    }

    private int skipBlanks(int from) {
        int i = from;
        while (i > 0 && Elements.isBlank(line.charAt(i - 1))) {
            i--;
        }
        return i;
    }

    private static boolean isDelimiter(char c) {
        return c == ',' || Elements.isBlank(c);
    }
}

package io.weir.internal.address;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The elements of {@code X-Forwarded-For}: separated by commas, no quoting. */
final class CommaElements implements Elements {

    private final List<? extends CharSequence> lines;
    private int linesLeft;
    private CharSequence line = "";
    private int end;
    private boolean lineDone = true;
    private @Nullable IpAddress address;

    CommaElements(List<? extends CharSequence> lines) {
        this.lines = lines;
        this.linesLeft = lines.size();
    }

    @Override
    public boolean next() {
        if (lineDone) {
            if (linesLeft == 0) {
                return false;
            }
            line = lines.get(--linesLeft);
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

    @Override
    public @Nullable IpAddress address() {
        return address;
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

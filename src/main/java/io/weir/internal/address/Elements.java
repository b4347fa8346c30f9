package io.weir.internal.address;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The elements of a list field from the right: the last of the last line first. Reads no line
 * before it is asked for an element of it. For one thread and one walk.
 */
abstract sealed class Elements permits CommaElements, ForwardedElements {

    private final List<? extends CharSequence> lines;
    private int linesLeft;

    /** The line that is being read. */
    CharSequence line = "";

    /** That of the element stepped to; null if it is invalid. */
    @Nullable IpAddress address;

    Elements(List<? extends CharSequence> lines) {
        this.lines = lines;
        this.linesLeft = lines.size();
    }

    /**
     * Steps to the next element on the left. After an invalid one the walk is over.
     *
     * @return false if there is none
     */
    abstract boolean next();

    /** Steps to the line before; false if there is none. */
    final boolean nextLine() {
        if (linesLeft == 0) {
            return false;
        }
        line = lines.get(--linesLeft);
        return true;
    }

    /**
     * The element stepped to.
     *
     * @return its address, or null if it is invalid
     */
    final @Nullable IpAddress address() {
        return address;
    }

    /** Space or tab: RFC 9110 section 5.6.3. */
    static boolean isBlank(char c) {
        return c == ' ' || c == '\t';
    }
}

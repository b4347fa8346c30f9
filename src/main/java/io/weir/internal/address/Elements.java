package io.weir.internal.address;

import org.jspecify.annotations.Nullable;

/**
 * The elements of a list field from the right: the last of the last line first. Reads no line
 * before it is asked for an element of it. For one thread and one walk.
 */
sealed interface Elements permits CommaElements, ForwardedElements {

    /**
     * Steps to the next element on the left. After an invalid one the walk is over.
     *
     * @return false if there is none
     */
    boolean next();

    /**
     * The element stepped to.
     *
     * @return its address, or null if it is invalid
     */
    @Nullable IpAddress address();

    /** Space or tab: RFC 9110 section 5.6.3. */
    static boolean isBlank(char c) {
        return c == ' ' || c == '\t';
    }
}

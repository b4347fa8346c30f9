package io.weir;

import java.io.Serializable;
import java.util.List;

/**
 * A set of HTTP status codes. Immutable.
 *
 * @param ranges what it is made of, at least one
 * @serial exclude
 */
public record StatusCodes(List<Range> ranges) implements Serializable {

    /** All of the classes 4xx and 5xx (RFC 9110, section 15). */
    public static final StatusCodes ERRORS = new StatusCodes(List.of(new Range(400, 599)));

    /**
     * Codes that follow each other.
     *
     * @param first the lowest, at least 100
     * @param last the highest, at most 599
     * @serial exclude
     */
    public record Range(int first, int last) implements Serializable {

        /**
         * Checks the bounds.
         *
         * @param first the lowest
         * @param last the highest
         * @throws IllegalArgumentException if they are not in order, or not status codes
         */
        public Range {
            if (first < 100 || last > 599 || first > last) {
                throw new IllegalArgumentException(
                        "status codes are " + first + " to " + last + ", expected 100 to 599");
            }
        }
    }

    /**
     * Checks that there is anything in it.
     *
     * @param ranges what it is made of
     * @throws IllegalArgumentException if there is not
     */
    public StatusCodes {
        ranges = List.copyOf(ranges);
        if (ranges.isEmpty()) {
            throw new IllegalArgumentException("no status codes, expected at least one");
        }
    }

    /**
     * Whether a code is in the set.
     *
     * @param status a status code
     * @return true if it is
     */
    public boolean contains(int status) {
        return ranges.stream().anyMatch(r -> r.first() <= status && status <= r.last());
    }
}

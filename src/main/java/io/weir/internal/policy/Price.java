package io.weir.internal.policy;

import java.util.Optional;

/** What an operation costs: permits, or the bean that says so. */
record Price(long permits, String bean) {

    static final Price ONE = new Price(1, "");

    private static final String BEAN = "bean:";

    static Optional<Price> parse(Text text) {
        String value = text.value();
        if (value.startsWith(BEAN) && value.length() > BEAN.length()) {
            return Optional.of(new Price(1, value.substring(BEAN.length()).strip()));
        }
        try {
            int permits = Integer.parseInt(value);
            if (permits >= 1) {
                return Optional.of(new Price(permits, ""));
            }
        } catch (NumberFormatException e) {
            // The same answer as to a number out of bounds.
        }
        return text.refuse("a number from 1 to " + Integer.MAX_VALUE + ", or bean:NAME");
    }

    @Override
    public String toString() {
        return bean.isEmpty() ? Long.toString(permits) : BEAN + bean;
    }
}

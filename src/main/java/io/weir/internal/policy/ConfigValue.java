package io.weir.internal.policy;

/**
 * A value and where somebody gave it.
 *
 * @param value the value; maybe a password, so it is not in {@link #toString()}
 * @param where the setting and its origin, or the method
 */
record ConfigValue<T>(T value, String where) {

    @Override
    public String toString() {
        return where;
    }
}

package io.weir.shop;

/**
 * A product as clients see it.
 *
 * @param id its number
 * @param name its name
 * @param views how often it was viewed, each client once a minute
 */
public record Product(long id, String name, long views) {

    /** The longest name. */
    static final int MAX_NAME = 100;
}

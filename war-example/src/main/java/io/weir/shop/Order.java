package io.weir.shop;

/**
 * What a client orders.
 *
 * @param productId a product that exists
 * @param quantity how many, 1 to {@value #MAX_QUANTITY}
 */
public record Order(long productId, int quantity) {

    /** The most of a product that one order may ask for. */
    public static final int MAX_QUANTITY = 100;
}

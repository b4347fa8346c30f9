package io.weir.shop;

import java.util.Map;

/** The shop that counts in its own memory. */
class ShopIT extends ShopContract {

    @Override
    Map<String, String> store() {
        return Map.of();
    }

    @Override
    String storeName() {
        return "local";
    }
}

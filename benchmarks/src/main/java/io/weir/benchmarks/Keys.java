package io.weir.benchmarks;

import io.weir.Key;

/** Names of clients: what a map holds, and equal texts that are other objects, as requests have. */
final class Keys {

    private Keys() {}

    /** A text of 24 characters, an address and a product. */
    static String text(int number) {
        return String.format("203.0.%03d.%03d:%010d", number >>> 8 & 255, number & 255, number);
    }

    static String[] texts(int count) {
        String[] texts = new String[count];
        for (int i = 0; i < count; i++) {
            texts[i] = text(i);
        }
        return texts;
    }

    static Key[] keys(int count) {
        Key[] keys = new Key[count];
        for (int i = 0; i < count; i++) {
            String text = text(i);
            keys[i] = Key.ofClient(text.substring(0, 13), text.substring(14));
        }
        return keys;
    }
}

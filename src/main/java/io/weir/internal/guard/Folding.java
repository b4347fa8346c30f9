package io.weir.internal.guard;

import java.text.Normalizer;
import java.util.Locale;

/**
 * One spelling for all that only look different: the form NFKC of Unicode (UAX 15) in one case,
 * without invisible characters and without blanks at the ends.
 */
final class Folding {

    private Folding() {}

    static String fold(String text) {
        if (isFolded(text)) {
            return text;
        }
        // There and back: some letters have no capital of their own, and some capitals no letter.
        String oneCase =
                Normalizer.normalize(text, Normalizer.Form.NFKC)
                        .toLowerCase(Locale.ROOT)
                        .toUpperCase(Locale.ROOT)
                        .toLowerCase(Locale.ROOT);
        StringBuilder visible = new StringBuilder(oneCase.length());
        oneCase.codePoints().filter(c -> !isInvisible(c)).forEach(visible::appendCodePoint);
        return Normalizer.normalize(visible, Normalizer.Form.NFKC).strip();
    }

    /** Nearly all are. */
    private static boolean isFolded(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= 0x7f || c < ' ' || c >= 'A' && c <= 'Z') {
                return false;
            }
        }
        return text.isEmpty() || text.charAt(0) != ' ' && text.charAt(text.length() - 1) != ' ';
    }

    /** Controls, and what Unicode calls ignorable by default. */
    private static boolean isInvisible(int c) {
        return switch (Character.getType(c)) {
            case Character.FORMAT, Character.CONTROL -> true;
            default ->
                    c == 0x34f // combining grapheme joiner
                            || c == 0x115f // fillers of Hangul
                            || c == 0x1160
                            || c == 0x3164
                            || c == 0xffa0
                            || c >= 0x17b4 && c <= 0x17b5
                            || c >= 0x180b && c <= 0x180f
                            || c >= 0xfe00 && c <= 0xfe0f // variation selectors
                            || c >= 0xe0000 && c <= 0xe0fff;
        };
    }
}

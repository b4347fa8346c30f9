package io.weir.internal.guard;

import java.text.Normalizer;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * One spelling for all that only look different: the form NFKC of Unicode (UAX 15) in one case,
 * without invisible characters and without blanks at the ends.
 */
final class Folding {

    /**
     * Controls, and what Unicode calls ignorable by default: formats, the combining grapheme
     * joiner, fillers of Hangul and Khmer, variation selectors.
     */
    private static final Pattern INVISIBLE =
            Pattern.compile(
                    "[\\p{Cc}\\p{Cf}\\x{34f}\\x{115f}\\x{1160}\\x{17b4}\\x{17b5}"
                            + "\\x{180b}-\\x{180f}\\x{3164}\\x{fe00}-\\x{fe0f}\\x{ffa0}"
                            + "\\x{e0000}-\\x{e0fff}]");

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
        String visible = INVISIBLE.matcher(oneCase).replaceAll("");
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
}

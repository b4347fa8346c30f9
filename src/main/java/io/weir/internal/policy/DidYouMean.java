package io.weir.internal.policy;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;

/** Finds what somebody who made a slip may have meant. Stateless. */
final class DidYouMean {

    private DidYouMean() {}

    /**
     * The nearest of some words, where one is near: at most one slip (a letter more, less, other or
     * swapped) in four letters, two in seven, three in longer ones. Case does not count, and {@code
     * _} is as good as {@code -}.
     *
     * @param given the word that is not one of them
     * @param candidates the words
     * @return the nearest, the first of equals; empty if none is near
     */
    static Optional<String> nearest(String given, Collection<String> candidates) {
        int allowed = given.length() <= 4 ? 1 : given.length() <= 7 ? 2 : 3;
        String best = null;
        int least = allowed + 1;
        for (String candidate : candidates) {
            int slips = distance(plain(given), plain(candidate));
            if (slips < least) {
                least = slips;
                best = candidate;
            }
        }
        return Optional.ofNullable(best);
    }

    /**
     * The same as a sentence.
     *
     * @param given the word that is not one of them
     * @param candidates the words
     * @return {@code Did you mean "minute"?}, or empty if none is near
     */
    static Optional<String> hint(String given, Collection<String> candidates) {
        return nearest(given, candidates).map(DidYouMean::asking);
    }

    static String asking(String word) {
        return "Did you mean " + Problems.quote(word) + "?";
    }

    private static String plain(String word) {
        return word.toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Optimal string alignment: insert, delete, replace, swap neighbours. */
    private static int distance(String a, String b) {
        int[][] d = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                if (i == 0 || j == 0) {
                    d[i][j] = i + j;
                    continue;
                }
                int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
                d[i][j] =
                        Math.min(Math.min(d[i - 1][j], d[i][j - 1]) + 1, d[i - 1][j - 1] + change);
                if (i > 1
                        && j > 1
                        && a.charAt(i - 1) == b.charAt(j - 2)
                        && a.charAt(i - 2) == b.charAt(j - 1)) {
                    d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
                }
            }
        }
        return d[a.length()][b.length()];
    }
}

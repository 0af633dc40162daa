package espalier.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** The known word that a user probably meant. */
public final class Nearest {
    private Nearest() {}

    /** The closest word within a third of its length in edits (transpositions count as two), or empty. */
    public static Optional<String> to(String word, Collection<String> known) {
        return known.stream()
                .filter(k -> distance(word, k) <= Math.max(1, Math.max(word.length(), k.length()) / 3))
                .min(Comparator.comparingInt((String k) -> distance(word, k)).thenComparing(k -> k));
    }

    /** {@code , did you mean 'x'?}, or the list of what there is. */
    public static String hint(String word, Collection<String> known) {
        return to(word, known)
                .map(k -> ", did you mean '" + k + "'?")
                .orElseGet(() -> "; known: " + String.join(", ", known));
    }

    private static int distance(String a, String b) {
        int[] previous = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            previous[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int[] row = new int[b.length() + 1];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int substitute = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(substitute, Math.min(previous[j], row[j - 1]) + 1);
            }
            previous = row;
        }
        return previous[b.length()];
    }
}

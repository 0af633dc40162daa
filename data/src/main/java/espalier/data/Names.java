package espalier.data;

import java.nio.file.Path;

/** Names from the outside, made fit for a message of one line. */
final class Names {
    private static final int LONGEST = 200;

    private Names() {}

    static String of(Path path) {
        return of(path.toString());
    }

    /** Control characters are replaced by their code; what is too long is cut. */
    static String of(String name) {
        StringBuilder safe = new StringBuilder();
        name.codePoints().limit(LONGEST).forEach(c -> {
            if (Character.isISOControl(c) || Character.getType(c) == Character.FORMAT) {
                safe.append(String.format(java.util.Locale.ROOT, "\\u%04x", c));
            } else {
                safe.appendCodePoint(c);
            }
        });
        return name.codePointCount(0, name.length()) > LONGEST ? safe + "..." : safe.toString();
    }
}

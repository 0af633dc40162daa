package espalier.cli;

/** Names come from files that nobody has checked, so they must not move the cursor or start a new line. */
final class Escape {
    private Escape() {}

    /** The text with control characters, line separators and direction overrides written as <code>&#92;uXXXX</code>. */
    static String controls(String text) {
        StringBuilder out = new StringBuilder(text.length());
        text.codePoints().forEach(c -> append(out, c));
        return out.toString();
    }

    /** The same, cut where it would flood the screen. */
    static String shortened(String text, int longest) {
        String escaped = controls(text);
        return escaped.length() <= longest ? escaped : escaped.substring(0, longest - 3) + "...";
    }

    private static void append(StringBuilder out, int c) {
        switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE -> out.append(String.format("\\u%04x", c));
            default -> out.appendCodePoint(c);
        }
    }
}

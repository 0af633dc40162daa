package espalier.onnx;

import espalier.graph.BadInputException;

/** Words, numbers and marks of ONNX text, blanks and comments skipped. Errors name line and column. */
final class TextScanner {
    private final String text;
    private int at;

    TextScanner(String text) {
        this.text = text;
    }

    private void skip() {
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == '#') {
                int end = text.indexOf('\n', at);
                at = end < 0 ? text.length() : end;
            } else if (Character.isWhitespace(c)) {
                at++;
            } else {
                return;
            }
        }
    }

    /** The next character that counts, or 0 at the end. */
    char peek() {
        skip();
        return at < text.length() ? text.charAt(at) : 0;
    }

    boolean atEnd() {
        return peek() == 0;
    }

    boolean accept(String mark) {
        skip();
        if (!text.startsWith(mark, at)) {
            return false;
        }
        at += mark.length();
        return true;
    }

    void expect(String mark) {
        if (!accept(mark)) {
            throw expected("'" + mark + "'");
        }
    }

    static boolean isWordStart(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_';
    }

    static boolean isWord(String s) {
        if (s.isEmpty() || !isWordStart(s.charAt(0))) {
            return false;
        }
        for (int i = 1; i < s.length(); i++) {
            if (!isWordPart(s.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    private static boolean isWordPart(char c) {
        return isWordStart(c) || c >= '0' && c <= '9';
    }

    /** The word that comes next, without taking it; empty where something else comes. */
    String peekWord() {
        if (!isWordStart(peek())) {
            return "";
        }
        int end = at;
        while (end < text.length() && isWordPart(text.charAt(end))) {
            end++;
        }
        return text.substring(at, end);
    }

    String word() {
        String word = peekWord();
        if (word.isEmpty()) {
            throw expected("a word");
        }
        at += word.length();
        return word;
    }

    boolean nextIsName() {
        return peek() == '"' || isWordStart(peek());
    }

    /** A word, or any text in quotes. */
    String name() {
        return peek() == '"' ? quoted() : word();
    }

    /** A text in quotes; a backslash takes the next character as it is. */
    String quoted() {
        expect("\"");
        StringBuilder out = new StringBuilder();
        while (at < text.length() && text.charAt(at) != '"') {
            if (text.charAt(at) == '\\') {
                at++;
            }
            if (at < text.length()) {
                out.append(text.charAt(at++));
            }
        }
        if (at >= text.length()) {
            throw expected("'\"'");
        }
        at++;
        return out.toString();
    }

    boolean nextIsNumber() {
        char c = peek();
        return c == '-' || c >= '0' && c <= '9' || isNotFinite(peekWord());
    }

    private static boolean isNotFinite(String word) {
        return word.equalsIgnoreCase("inf") || word.equalsIgnoreCase("infinity") || word.equalsIgnoreCase("nan");
    }

    /** The characters of a number: whole unless they hold one of {@code .eEin}. */
    String number() {
        if (!nextIsNumber()) {
            throw expected("a number");
        }
        int start = at;
        at += text.charAt(at) == '-' ? 1 : 0;
        String word = at < text.length() ? peekWord() : "";
        if (isNotFinite(word)) {
            at += word.length();
        } else {
            while (at < text.length() && isNumberPart(at)) {
                at++;
            }
        }
        return text.substring(start, at);
    }

    private boolean isNumberPart(int i) {
        char c = text.charAt(i);
        boolean sign = (c == '-' || c == '+') && (text.charAt(i - 1) == 'e' || text.charAt(i - 1) == 'E');
        return c >= '0' && c <= '9' || c == '.' || c == 'e' || c == 'E' || sign;
    }

    static boolean isWhole(String number) {
        for (int i = 0; i < number.length(); i++) {
            if (".eEiInN".indexOf(number.charAt(i)) >= 0) {
                return false;
            }
        }
        return true;
    }

    long whole() {
        return wholeOf(number());
    }

    long wholeOf(String number) {
        try {
            return Long.parseLong(number);
        } catch (NumberFormatException e) {
            throw error("'" + number + "' is not a whole number of 64 bits");
        }
    }

    long wholeUnsigned() {
        String number = number();
        try {
            return Long.parseUnsignedLong(number);
        } catch (NumberFormatException e) {
            throw error("'" + number + "' is not a positive whole number of 64 bits");
        }
    }

    double real() {
        return real(number());
    }

    double real(String number) {
        String lower = number.toLowerCase(java.util.Locale.ROOT);
        if (lower.contains("n")) {
            return lower.contains("nan")
                    ? Double.NaN
                    : lower.startsWith("-") ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
        }
        try {
            return Double.parseDouble(number);
        } catch (NumberFormatException e) {
            throw error("'" + number + "' is not a number");
        }
    }

    /** A 32-bit float, rounded once. */
    float real32(String number) {
        double wide = real(number);
        return Double.isFinite(wide) ? Float.parseFloat(number) : (float) wide;
    }

    /** Where it stands, to come {@link #back} to. */
    int mark() {
        return at;
    }

    void back(int mark) {
        at = mark;
    }

    BadInputException expected(String what) {
        String found =
                atEnd() ? "the end" : "'" + (nextIsName() && peek() != '"' ? peekWord() : String.valueOf(peek())) + "'";
        return error("expected " + what + ", found " + found);
    }

    /** An error at the place that was reached. */
    BadInputException error(String what) {
        int line = 1;
        int column = 1;
        for (int i = 0; i < Math.min(at, text.length()); i++) {
            column = text.charAt(i) == '\n' ? 1 : column + 1;
            line += text.charAt(i) == '\n' ? 1 : 0;
        }
        return new BadInputException(line + ":" + column + ": " + what);
    }
}

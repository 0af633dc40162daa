package espalier.runtime;

import espalier.graph.BadInputException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * JSON (RFC 8259) as maps, lists, texts, doubles, booleans and nulls: what manifests need, so that a deployed jar carries no JSON
 * library.
 */
final class Json {
    private static final int DEEPEST = 32;
    private static final String INDENT = "  ";

    private final String text;
    private final String source;
    private int at;

    private Json(String text, String source) {
        this.text = text;
        this.source = source;
    }

    /**
     * The one value of a text.
     *
     * @param source how to call the text in messages
     */
    static @Nullable Object parse(String text, String source) {
        Json json = new Json(text, source);
        Object value = json.value(0);
        json.space();
        if (json.at < text.length()) {
            throw json.error("something follows the end");
        }
        return value;
    }

    private @Nullable Object value(int depth) {
        if (depth > DEEPEST) {
            throw error("is nested too deeply");
        }
        space();
        char c = peek();
        return switch (c) {
            case '{' -> object(depth);
            case '[' -> array(depth);
            case '"' -> string();
            case 't' -> word("true", true);
            case 'f' -> word("false", false);
            case 'n' -> word("null", null);
            default -> number();
        };
    }

    private Map<String, @Nullable Object> object(int depth) {
        Map<String, @Nullable Object> out = new LinkedHashMap<>();
        at++;
        space();
        while (!taken('}')) {
            if (!out.isEmpty()) {
                need(',');
                space();
            }
            String key = string();
            space();
            need(':');
            if (out.containsKey(key)) {
                throw error("key '" + key + "' is given twice");
            }
            out.put(key, value(depth + 1));
            space();
        }
        return out;
    }

    private List<@Nullable Object> array(int depth) {
        List<@Nullable Object> out = new ArrayList<>();
        at++;
        space();
        while (!taken(']')) {
            if (!out.isEmpty()) {
                need(',');
            }
            out.add(value(depth + 1));
            space();
        }
        return out;
    }

    private String string() {
        need('"');
        StringBuilder out = new StringBuilder();
        while (true) {
            char c = peek();
            at++;
            if (c == '"') {
                return out.toString();
            }
            if (c < ' ') {
                throw error("a control character stands in a text");
            }
            out.append(c == '\\' ? escaped() : c);
        }
    }

    private char escaped() {
        char c = peek();
        at++;
        return switch (c) {
            case '"', '\\', '/' -> c;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> unicode();
            default -> throw error("'\\" + c + "' is no escape");
        };
    }

    private char unicode() {
        try {
            String hex = text.substring(at, Math.min(text.length(), at + 4));
            at += 4;
            return (char) Integer.parseInt(hex, 16);
        } catch (NumberFormatException e) {
            throw error("four hexadecimal digits are expected");
        }
    }

    private @Nullable Object word(String word, @Nullable Object value) {
        if (!text.startsWith(word, at)) {
            throw error("a value is expected");
        }
        at += word.length();
        return value;
    }

    private Double number() {
        int from = at;
        while (at < text.length() && "+-.eE0123456789".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        try {
            return Double.valueOf(text.substring(from, at));
        } catch (NumberFormatException e) {
            throw error("a value is expected");
        }
    }

    private void space() {
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    private char peek() {
        if (at >= text.length()) {
            throw error("it ends too early");
        }
        return text.charAt(at);
    }

    private boolean taken(char c) {
        boolean here = peek() == c;
        at += here ? 1 : 0;
        return here;
    }

    private void need(char c) {
        if (peek() != c) {
            throw error("'" + c + "' is expected");
        }
        at++;
    }

    private BadInputException error(String what) {
        long line = 1
                + text.substring(0, Math.min(at, text.length()))
                        .chars()
                        .filter(c -> c == '\n')
                        .count();
        return new BadInputException(source + ":" + line + ": not valid JSON: " + what);
    }

    /** A tree of maps, lists, texts, numbers, booleans and nulls, indented, with a line feed at its end. */
    static String text(Object value) {
        StringBuilder out = new StringBuilder();
        write(value, "", out);
        return out.append('\n').toString();
    }

    private static void write(@Nullable Object value, String indent, StringBuilder out) {
        if (value instanceof Map<?, ?> map) {
            Iterator<? extends Map.Entry<?, ?>> entries = map.entrySet().iterator();
            out.append(map.isEmpty() ? "{" : "{\n");
            while (entries.hasNext()) {
                Map.Entry<?, ?> e = entries.next();
                out.append(indent).append(INDENT);
                quote(String.valueOf(e.getKey()), out);
                out.append(": ");
                write(e.getValue(), indent + INDENT, out);
                out.append(entries.hasNext() ? ",\n" : "\n" + indent);
            }
            out.append('}');
        } else if (value instanceof List<?> list) {
            boolean flat = list.stream().noneMatch(v -> v instanceof Map || v instanceof List);
            out.append('[');
            for (int i = 0; i < list.size(); i++) {
                out.append(i == 0 ? "" : flat ? ", " : ",").append(flat ? "" : "\n" + indent + INDENT);
                write(list.get(i), indent + INDENT, out);
            }
            out.append(flat ? "]" : "\n" + indent + "]");
        } else if (value instanceof String s) {
            quote(s, out);
        } else {
            out.append(value);
        }
    }

    private static void quote(String s, StringBuilder out) {
        out.append('"');
        s.chars().forEach(c -> {
            if (c == '"' || c == '\\') {
                out.append('\\').append((char) c);
            } else if (c < ' ' || c >= 0x7f && c < 0xa0) {
                out.append(String.format("\\u%04x", c));
            } else {
                out.append((char) c);
            }
        });
        out.append('"');
    }
}

package espalier.onnx;

import espalier.graph.DType;
import espalier.graph.Model;
import java.util.Locale;

/**
 * ONNX's own text form, as ONNX's {@code Syntax.md} describes it, for tests and for people.
 *
 * <pre>{@code
 * <ir_version: 8, opset_import: ["" : 17]>
 * net (float[N, 2] x) => (float[N, 2] y) <float[2, 2] w = {1, 2, 3, 4}> {
 *    a = MatMul (x, w)
 *    y = LeakyRelu <alpha = 0.1> (a)
 * }
 * }</pre>
 *
 * <p>Beyond it, lists of tensors and of graphs are read. Neither read nor printed are functions, types other than dense tensors, and
 * whatever else is only carried along.
 */
public final class OnnxText {
    private static final int SHORT = 16;

    private OnnxText() {}

    /**
     * A model from its text.
     *
     * @throws espalier.graph.BadInputException with line and column where it breaks the syntax
     */
    public static Model parse(String text) {
        Model model = new TextParser(new TextScanner(text)).model();
        return model.withGraph(Order.of(model.graph()));
    }

    /** The whole model; {@link #parse} makes the same of it. */
    public static String print(Model model) {
        return TextPrinter.whole().model(model);
    }

    /** The model for people: long tensors and strings are shown as <code>{...}</code>, and no name starts a new line. */
    public static String outline(Model model) {
        return TextPrinter.outline(SHORT).model(model);
    }

    static boolean isType(String word) {
        for (DType t : DType.values()) {
            if (t.text().equals(word)) {
                return true;
            }
        }
        return false;
    }

    /** Words that mean something else than a name at some places. */
    static boolean isReserved(String word) {
        return switch (word.toLowerCase(Locale.ROOT)) {
            case "inf", "infinity", "nan", "seq", "map", "optional", "sparse_tensor", "opaque" -> true;
            default -> isType(word);
        };
    }

    static void quote(String text, StringBuilder out) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            out.append(c == '"' || c == '\\' ? "\\" : "").append(c);
        }
        out.append('"');
    }
}

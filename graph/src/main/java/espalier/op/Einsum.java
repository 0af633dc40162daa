package espalier.op;

import espalier.graph.BadInputException;
import espalier.graph.Node;
import espalier.graph.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * An {@code Einsum} equation bound to the shapes of its operands.
 *
 * @param output shape of the result
 * @param sizes size of every label that occurs; the axes of an ellipsis are labelled 0, 1, ... from the last to the first
 */
record Einsum(Shape output, Map<Character, Long> sizes) {

    static Einsum of(Node node, List<Shape> operands) {
        String equation = node.textAttr("equation", "").replace(" ", "");
        int arrow = equation.indexOf("->");
        List<String> terms = split(arrow < 0 ? equation : equation.substring(0, arrow));
        if (terms.size() != operands.size()) {
            throw BadInputException.of("equation '%s' does not fit %d operands", equation, operands.size());
        }
        Map<Character, Long> sizes = new TreeMap<>();
        int ellipsis = 0;
        StringBuilder seen = new StringBuilder();
        for (int i = 0; i < terms.size(); i++) {
            String term = terms.get(i);
            int free = operands.get(i).rank() - term.replace("...", "").length();
            if (free < 0 || (free > 0 && !term.contains("..."))) {
                throw BadInputException.of("term '%s' does not fit an operand of shape %s", term, operands.get(i));
            }
            ellipsis = Math.max(ellipsis, free);
            String labels = expand(term, free);
            bind(labels, operands.get(i), sizes);
            seen.append(labels);
        }
        String out = arrow < 0 ? implicit(seen.toString(), ellipsis) : expand(equation.substring(arrow + 2), ellipsis);
        return new Einsum(shape(out, sizes), sizes);
    }

    private static List<String> split(String terms) {
        List<String> out = new ArrayList<>();
        int from = 0;
        for (int comma = terms.indexOf(','); comma >= 0; comma = terms.indexOf(',', from)) {
            out.add(terms.substring(from, comma));
            from = comma + 1;
        }
        out.add(terms.substring(from));
        return out;
    }

    private static String expand(String term, int axes) {
        int at = term.indexOf("...");
        if (at < 0) {
            return term;
        }
        StringBuilder digits = new StringBuilder();
        for (int i = axes - 1; i >= 0; i--) {
            digits.append((char) ('0' + i));
        }
        return term.substring(0, at) + digits + term.substring(at + 3);
    }

    private static void bind(String labels, Shape shape, Map<Character, Long> sizes) {
        for (int i = 0; i < labels.length(); i++) {
            char label = labels.charAt(i);
            long size = shape.dim(i);
            long bound = sizes.getOrDefault(label, 1L);
            if (bound != size && bound != 1 && size != 1) {
                throw BadInputException.of("label '%c' has sizes %d and %d", label, bound, size);
            }
            sizes.put(label, bound == 1 ? size : bound);
        }
    }

    /** Without an arrow: the ellipsis, then the labels that occur once, in alphabetical order. */
    private static String implicit(String seen, int ellipsis) {
        StringBuilder once = new StringBuilder(expand("...", ellipsis));
        for (char label :
                new java.util.TreeSet<>(seen.chars().mapToObj(c -> (char) c).toList())) {
            if (Character.isLetter(label) && seen.indexOf(label) == seen.lastIndexOf(label)) {
                once.append(label);
            }
        }
        return once.toString();
    }

    private static Shape shape(String labels, Map<Character, Long> sizes) {
        long[] d = new long[labels.length()];
        for (int i = 0; i < d.length; i++) {
            Long size = sizes.get(labels.charAt(i));
            if (size == null) {
                throw BadInputException.of("label '%c' of the output is in no operand", labels.charAt(i));
            }
            d[i] = size;
        }
        return Shape.of(d);
    }
}

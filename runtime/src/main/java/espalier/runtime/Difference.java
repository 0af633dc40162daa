package espalier.runtime;

import espalier.graph.BadInputException;
import espalier.graph.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * How far an output lies from what it should be.
 *
 * @param output its name
 * @param maxAbsolute largest |other - reference| over the elements; infinite where only one of the two is a number
 * @param maxRelative that, divided by the largest |reference| of the whole output
 */
public record Difference(String output, double maxAbsolute, double maxRelative) {

    /**
     * Compares every output of the reference with the one of the same name, or, where no name is shared and there are equally
     * many, of the same position.
     *
     * @throws BadInputException when an output is missing or of another shape
     */
    public static List<Difference> between(Map<String, Tensor> reference, Map<String, Tensor> other) {
        boolean byPosition =
                reference.size() == other.size() && reference.keySet().stream().noneMatch(other::containsKey);
        List<Tensor> positions = List.copyOf(other.values());
        List<Difference> differences = new ArrayList<>();
        reference.forEach((name, expected) -> {
            Tensor actual = byPosition ? positions.get(differences.size()) : other.get(name);
            if (actual == null) {
                throw BadInputException.of("output '%s' is missing; there are %s", name, other.keySet());
            }
            differences.add(of(name, expected, actual));
        });
        return differences;
    }

    /** Compares two tensors of the same shape, element by element. */
    public static Difference of(String output, Tensor reference, Tensor other) {
        if (!reference.shape().equals(other.shape())) {
            throw BadInputException.of(
                    "output '%s' has shape %s, expected %s", output, other.shape(), reference.shape());
        }
        if (reference.equals(other)) {
            return new Difference(output, 0, 0);
        }
        double worst = 0;
        double scale = 0;
        for (int i = 0; i < reference.elements(); i++) {
            double r = reference.doubleAt(i);
            double d = distance(r, other.doubleAt(i));
            worst = Math.max(worst, d);
            scale = Double.isFinite(r) ? Math.max(scale, Math.abs(r)) : scale;
        }
        return new Difference(output, worst, worst == 0 ? 0 : worst / scale);
    }

    private static double distance(double a, double b) {
        if (Double.compare(a, b) == 0) {
            return 0;
        }
        double d = Math.abs(a - b);
        return Double.isNaN(d) ? Double.POSITIVE_INFINITY : d;
    }

    /** The largest relative difference among several outputs; 0 for none. */
    public static double worst(List<Difference> differences) {
        return differences.stream().mapToDouble(Difference::maxRelative).max().orElse(0);
    }
}

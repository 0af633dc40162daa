package espalier.prune;

import espalier.channel.ChannelGroup;
import espalier.channel.Role;
import espalier.channel.Slot;
import espalier.config.Key;
import espalier.config.Method;
import espalier.graph.BadInputException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/**
 * Gradient size: how much the loss would change, to first order, if the unit were gone. Molchanov, Mallya, Tyree, Frosio, Kautz:
 * Importance Estimation for Neural Network Pruning, CVPR 2019, arXiv:1906.10771.
 *
 * <p>I_S = (sum_{s in S} g_s w_s)^2 (equation 8), averaged over batches. S are the weights that read the unit, in all layers it goes
 * to: their sum of g w is the derivative of the loss by a gate on the unit (section 3.2), also where normalization follows the
 * filters and makes the loss blind to their size. For a single weight it is (g w)^2, magnitude times gradient.
 *
 * @param batches of the training data, of 128 samples
 */
@Method(
        key = "taylor",
        summary = "gradient times weight: change of the loss, to first order, if the channel or weight were gone",
        paper = "Molchanov et al.: Importance Estimation for Neural Network Pruning, 2019, arXiv:1906.10771")
public record Taylor(
        @Key("batches of 128 training samples to look at") int batches) implements Importance {
    public Taylor() {
        this(20);
    }

    public Taylor {
        if (batches < 1) {
            throw BadInputException.of("batches must be at least 1, got %d", batches);
        }
    }

    @Override
    public List<double[]> ofUnits(List<ChannelGroup> groups, Evidence evidence) {
        List<double[]> scores = new ArrayList<>();
        groups.forEach(g -> scores.add(new double[g.size()]));
        int[] seen = {0};
        evidence.gradients(batches, gradient -> {
            seen[0]++;
            for (int i = 0; i < scores.size(); i++) {
                addSquares(scores.get(i), gates(groups.get(i), evidence, gradient));
            }
        });
        return means(scores, seen[0]);
    }

    @Override
    public List<double[]> ofWeights(List<String> initializers, Evidence evidence) {
        List<double[]> scores = new ArrayList<>();
        initializers.forEach(w -> scores.add(new double[evidence.weights(w).length]));
        int[] seen = {0};
        evidence.gradients(batches, gradient -> {
            seen[0]++;
            for (int i = 0; i < scores.size(); i++) {
                String name = initializers.get(i);
                addSquares(scores.get(i), products(evidence.weights(name), gradient.apply(name)));
            }
        });
        return means(scores, seen[0]);
    }

    /** The derivative of the loss by a gate on each unit. */
    private static double[] gates(ChannelGroup group, Evidence evidence, Function<String, float[]> gradient) {
        double[] gates = new double[group.size()];
        List<Slot> readers = group.slots(Role.CONSUMER);
        for (Slot s : readers.isEmpty() ? Norms.filters(group) : readers) {
            float[] weights = evidence.weights(s.initializer());
            float[] gradients = gradient.apply(s.initializer());
            s.walk((unit, from, to) -> {
                int u = unit - group.first();
                if (u >= 0 && u < gates.length) {
                    for (int i = from; i < to; i++) {
                        gates[u] += (double) weights[i] * gradients[i];
                    }
                }
            });
        }
        return gates;
    }

    private static double[] products(float[] weights, float[] gradients) {
        double[] out = new double[weights.length];
        for (int i = 0; i < out.length; i++) {
            out[i] = (double) weights[i] * gradients[i];
        }
        return out;
    }

    private static void addSquares(double[] to, double[] values) {
        for (int i = 0; i < to.length; i++) {
            to[i] += values[i] * values[i];
        }
    }

    /** Data may have fewer batches than were asked for. */
    private static List<double[]> means(List<double[]> sums, int seen) {
        return sums.stream()
                .map(s -> Arrays.stream(s).map(v -> v / seen).toArray())
                .toList();
    }

    @Override
    public boolean readsData() {
        return true;
    }
}

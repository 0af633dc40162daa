package espalier.prune;

import espalier.channel.ChannelGroup;
import espalier.channel.Slot;
import espalier.config.Method;
import java.util.List;

/**
 * Filter pruning via geometric median. He, Liu, Wang, Hu, Yang: Filter Pruning via Geometric Median for Deep CNNs Acceleration, CVPR
 * 2019, arXiv:1811.00250.
 *
 * <p>s_j = sum_k ||F_j - F_k||_2 over all filters k of the layer (equation 6): a filter near the geometric median of the others is
 * redundant, since what it does can be done by them, large or small as it may be. The filters of all layers that make the channel
 * are seen as one vector.
 */
@Method(
        key = "fpgm",
        summary = "distance to the other filters of the layer: the one nearest to their geometric median is redundant",
        paper = "He et al.: Filter Pruning via Geometric Median, 2019, arXiv:1811.00250")
public record Fpgm() implements Importance {
    @Override
    public List<double[]> ofUnits(List<ChannelGroup> groups, Evidence evidence) {
        return groups.stream()
                .map(g -> distances(vectors(g, evidence), g.size()))
                .toList();
    }

    private static double[] distances(List<float[][]> layers, int units) {
        double[] sums = new double[units];
        for (int j = 0; j < units; j++) {
            for (int k = 0; k < j; k++) {
                double squares = 0;
                for (float[][] vectors : layers) {
                    squares += squaredDistance(vectors[j], vectors[k]);
                }
                double distance = Math.sqrt(squares);
                sums[j] += distance;
                sums[k] += distance;
            }
        }
        return sums;
    }

    private static double squaredDistance(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < Math.min(a.length, b.length); i++) {
            double d = (double) a[i] - b[i];
            sum += d * d;
        }
        return sum;
    }

    /** For each layer that makes the units the elements of each unit's filters. */
    private static List<float[][]> vectors(ChannelGroup group, Evidence evidence) {
        return Norms.filters(group).stream()
                .map(s -> gathered(s, group, evidence.weights(s.initializer())))
                .toList();
    }

    private static float[][] gathered(Slot slot, ChannelGroup group, float[] weights) {
        int[] counts = slot.counts(group);
        float[][] vectors = new float[counts.length][];
        for (int u = 0; u < counts.length; u++) {
            vectors[u] = new float[counts[u]];
        }
        int[] filled = new int[counts.length];
        slot.walk((unit, from, to) -> {
            int u = unit - group.first();
            if (u >= 0 && u < filled.length) {
                System.arraycopy(weights, from, vectors[u], filled[u], to - from);
                filled[u] += to - from;
            }
        });
        return vectors;
    }
}

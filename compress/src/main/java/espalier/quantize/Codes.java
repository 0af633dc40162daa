package espalier.quantize;

import espalier.graph.Half;
import espalier.graph.Tensor;
import espalier.pack.Clustering;
import espalier.pack.Nearest;
import java.util.Arrays;

/**
 * A tensor as values and labels.
 *
 * @param values all codebooks of the tensor, one after the other, each rising
 * @param labels for each element the index of its value, or -1 for a zero that stays one
 */
record Codes(float[] values, int[] labels) {
    /**
     * @param bits each codebook has 2^bits values, or as many as there are where those are fewer
     * @param rows how many codebooks: 1, or the size of the first axis
     */
    static Codes of(Tensor tensor, int bits, int rows, Cluster.Start start, long seed) {
        float[] w = tensor.toFloats();
        boolean sparse = zeros(w) > 0;
        int part = w.length / rows;
        float[][] codebooks = new float[rows][];
        int[] labels = new int[w.length];
        int base = 0;
        for (int r = 0; r < rows; r++) {
            codebooks[r] = codebook(Arrays.copyOfRange(w, r * part, (r + 1) * part), 1 << bits, start, seed + r);
            Nearest nearest = Nearest.of(codebooks[r]);
            for (int i = r * part; i < (r + 1) * part; i++) {
                labels[i] = sparse && w[i] == 0 ? -1 : base + nearest.to(w[i]);
            }
            base += codebooks[r].length;
        }
        float[] values = new float[base];
        base = 0;
        for (float[] codebook : codebooks) {
            System.arraycopy(codebook, 0, values, base, codebook.length);
            base += codebook.length;
        }
        return new Codes(values, labels);
    }

    private static float[] codebook(float[] row, int size, Cluster.Start start, long seed) {
        float[] kept = new float[row.length];
        int n = 0;
        for (float v : row) {
            if (v != 0) {
                kept[n++] = v;
            }
        }
        if (n == 0) {
            return new float[] {0};
        }
        float[] w = Arrays.copyOf(kept, n);
        return switch (start) {
            case EXACT -> Clustering.exact(w, size).centroids();
            case LINEAR -> Clustering.lloyd(w, Clustering.linear(w, size)).centroids();
            case DENSITY -> Clustering.lloyd(w, Clustering.density(w, size)).centroids();
            case RANDOM -> Clustering.lloyd(w, Clustering.random(w, size, seed)).centroids();
        };
    }

    private static long zeros(float[] w) {
        long n = 0;
        for (float v : w) {
            n += v == 0 ? 1 : 0;
        }
        return n;
    }

    Codes inHalves() {
        float[] rounded = new float[values.length];
        for (int i = 0; i < rounded.length; i++) {
            rounded[i] = Half.toFloat(Half.fromFloat(values[i]));
        }
        return new Codes(rounded, labels);
    }

    /** What the codes stand for, like {@code tensor} in type and shape. */
    Tensor decoded(Tensor tensor) {
        float[] w = new float[labels.length];
        for (int i = 0; i < w.length; i++) {
            w[i] = labels[i] < 0 ? 0 : values[labels[i]];
        }
        return Tensor.floats(tensor.shape(), w);
    }
}

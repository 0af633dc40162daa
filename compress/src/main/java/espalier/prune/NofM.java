package espalier.prune;

import espalier.config.Key;
import espalier.config.Method;
import espalier.graph.BadInputException;
import espalier.graph.Model;
import espalier.work.Outcome;
import espalier.work.Workbench;
import java.util.ArrayList;
import java.util.List;

/**
 * N of M: of every M neighbouring weights along a layer's inputs the N strongest stay. Mishra et al.: Accelerating Sparse Deep Neural
 * Networks, 2021, arXiv:2104.08378. Some processors are faster with 2:4; ONNX Runtime on CPUs is not.
 *
 * @param n weights that stay of each group
 * @param m size of a group; a rest of fewer inputs stays whole
 */
@Method(
        key = "n-of-m",
        summary = "of every M neighbouring weights the N strongest stay, as 2:4",
        paper = "Mishra et al.: Accelerating Sparse Deep Neural Networks, 2021, arXiv:2104.08378")
public record NofM(
        @Key("weights that stay of each group") int n,
        @Key("size of a group") int m) implements Granularity, WeightPattern {
    public NofM() {
        this(2, 4);
    }

    public NofM {
        if (n < 1 || m <= n) {
            throw BadInputException.of("n must be at least 1 and below m, got %d of %d", n, m);
        }
    }

    @Override
    public Outcome prune(Prune settings, Model model, Workbench bench) {
        return new WeightPruning(settings, this, bench).run(model);
    }

    @Override
    public Plan plan(Prune settings, Model model, Workbench bench) {
        return new WeightPlan(model, settings, this, Sensitivity.UNKNOWN);
    }

    @Override
    public List<float[]> masks(List<Matrix> matrices, List<Scored> scores, Selection selection, double ratio) {
        List<float[]> masks = new ArrayList<>();
        for (int i = 0; i < matrices.size(); i++) {
            masks.add(mask(matrices.get(i), scores.get(i).scores()));
        }
        return masks;
    }

    private float[] mask(Matrix matrix, double[] scores) {
        int inputs = Math.toIntExact(matrix.shape().dim(matrix.inputs()));
        if (inputs < m) {
            throw BadInputException.of(
                    "layer '%s' has %d inputs, too few for %d of %d: exclude it", matrix.layer(), inputs, n, m);
        }
        int stride = matrix.stride(matrix.inputs());
        float[] mask = new float[scores.length];
        java.util.Arrays.fill(mask, 1);
        double[] group = new double[m];
        for (int outer = 0; outer < scores.length; outer += inputs * stride) {
            for (int inner = 0; inner < stride; inner++) {
                for (int first = 0; first + m <= inputs; first += m) {
                    int at = outer + inner + first * stride;
                    for (int k = 0; k < m; k++) {
                        group[k] = scores[at + k * stride];
                    }
                    float[] kept = WeightPattern.strongest(group, n);
                    for (int k = 0; k < m; k++) {
                        mask[at + k * stride] = kept[k];
                    }
                }
            }
        }
        return mask;
    }
}

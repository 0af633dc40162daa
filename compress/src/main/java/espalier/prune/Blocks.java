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
 * Blocks of neighbouring weights go together: a block is worth the mean of its weights. Narang, Undersander, Diamos: Block-Sparse
 * Recurrent Neural Networks, 2017, arXiv:1711.02782. A file stores one position per block instead of one per weight.
 *
 * @param outputs size of a block along the layer's outputs
 * @param inputs size of a block along the layer's inputs
 */
@Method(
        key = "blocks",
        summary = "blocks of neighbouring weights, set to zero",
        paper = "Narang, Undersander, Diamos: Block-Sparse Recurrent Neural Networks, 2017, arXiv:1711.02782")
public record Blocks(
        @Key("size of a block along the outputs") int outputs,
        @Key("size of a block along the inputs") int inputs) implements Granularity, WeightPattern {
    public Blocks() {
        this(4, 4);
    }

    public Blocks {
        if (outputs < 1 || inputs < 1) {
            throw BadInputException.of(
                    "outputs and inputs of a block must be at least 1, got %d x %d", outputs, inputs);
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
        List<Scored> blocks = new ArrayList<>();
        for (int i = 0; i < matrices.size(); i++) {
            blocks.add(new Scored(
                    scores.get(i).layer(),
                    means(matrices.get(i), scores.get(i).scores()),
                    scores.get(i).curve()));
        }
        double[] kept = selection.kept(blocks, ratio);
        List<float[]> masks = new ArrayList<>();
        for (int i = 0; i < kept.length; i++) {
            float[] chosen = WeightPattern.strongest(blocks.get(i).scores(), WeightPattern.rounded(kept[i]));
            masks.add(spread(matrices.get(i), chosen));
        }
        return masks;
    }

    private double[] means(Matrix matrix, double[] scores) {
        int[] block = blockOf(matrix);
        double[] sums = new double[java.util.Arrays.stream(block).max().orElse(0) + 1];
        int[] counts = new int[sums.length];
        for (int i = 0; i < scores.length; i++) {
            sums[block[i]] += scores[i];
            counts[block[i]]++;
        }
        for (int b = 0; b < sums.length; b++) {
            sums[b] /= counts[b];
        }
        return sums;
    }

    private float[] spread(Matrix matrix, float[] chosen) {
        int[] block = blockOf(matrix);
        float[] mask = new float[block.length];
        for (int i = 0; i < mask.length; i++) {
            mask[i] = chosen[block[i]];
        }
        return mask;
    }

    /** The block of each element; a block never spans two positions of a kernel. Blocks at the edge may be smaller. */
    private int[] blockOf(Matrix matrix) {
        int[] block = new int[matrix.elements()];
        int outStride = matrix.stride(matrix.outputs());
        int inStride = matrix.stride(matrix.inputs());
        int outs = Math.toIntExact(matrix.shape().dim(matrix.outputs()));
        int ins = Math.toIntExact(matrix.shape().dim(matrix.inputs()));
        int across = (outs + outputs - 1) / outputs;
        int along = (ins + inputs - 1) / inputs;
        for (int i = 0; i < block.length; i++) {
            int out = i / outStride % outs;
            int in = i / inStride % ins;
            int rest = rest(matrix, i, outStride * out + inStride * in);
            block[i] = (rest * across + out / outputs) * along + in / inputs;
        }
        return block;
    }

    /** The number of an element's position along all other axes. */
    private static int rest(Matrix matrix, int element, int taken) {
        int left = element - taken;
        int rest = 0;
        for (int axis = 0; axis < matrix.shape().rank(); axis++) {
            if (axis != matrix.outputs() && axis != matrix.inputs()) {
                int stride = matrix.stride(axis);
                int dim = Math.toIntExact(matrix.shape().dim(axis));
                rest = rest * dim + left / stride % dim;
            }
        }
        return rest;
    }
}

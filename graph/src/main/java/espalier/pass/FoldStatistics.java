package espalier.pass;

import espalier.graph.DType;
import espalier.graph.Model;
import espalier.graph.Node;
import espalier.graph.Shape;
import espalier.graph.Tensor;
import espalier.op.WeightInputs;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Batch normalizations of mean 0 and variance 1: what they do while inferring is in their scales and shifts alone, half of their
 * numbers are constants, and the biases before them go. For layers whose weights share few values, which {@link FoldBatchNorm} would
 * take from them. For inference only: a training would measure the statistics of a batch and find scales that were not made for it.
 *
 * <ol>
 *   <li>The bias of a {@code Conv}, {@code ConvTranspose} or {@code Gemm} that the normalization alone reads becomes part of the shift.
 *   <li>Left alone: normalizations in training mode, and those whose parameters are computed.
 * </ol>
 */
public record FoldStatistics() implements Pass {
    @Override
    public Model apply(Model model) {
        Folding f = new Folding(model);
        for (Node n : model.graph().nodes()) {
            Affine.of(n, model.graph())
                    .filter(affine -> n.inputs().stream().skip(1).allMatch(p -> isFloat(model, p)))
                    .ifPresent(affine -> fold(f, model, n, affine));
        }
        return f.model();
    }

    private static boolean isFloat(Model model, String parameter) {
        return model.graph().constant(parameter).orElseThrow().dtype() == DType.FLOAT;
    }

    private static void fold(Folding f, Model model, Node norm, Affine affine) {
        Optional<Node> layer = f.maker(norm.input(0)).filter(l -> f.isReadOnce(norm.input(0)) && losesBias(l, model));
        Optional<double[]> bias = layer.flatMap(l -> f.bias(l.input(2), affine));
        double beta =
                layer.filter(l -> l.is("Gemm")).map(l -> l.realAttr("beta", 1)).orElse(1f);
        Tensor shift = affine.shifted(DType.FLOAT, bias.orElse(new double[] {0}), beta);
        Tensor scale = affine.scaled(filled(affine.channels(), 1), c -> c);
        f.replace(
                norm,
                norm.withInputs(List.of(
                        norm.input(0),
                        parameter(f, model, norm, "scale", scale),
                        parameter(f, model, norm, "shift", shift),
                        parameter(f, model, norm, "mean", filled(affine.channels(), 0)),
                        parameter(f, model, norm, "variance", filled(affine.channels(), 1 - Affine.epsilon(norm))))));
        bias.flatMap(b -> layer)
                .ifPresent(l ->
                        f.replace(l, l.without("beta").withInputs(l.inputs().subList(0, 2))));
    }

    private static String parameter(Folding f, Model model, Node norm, String what, Tensor values) {
        String name = model.graph().freshName(norm.id() + "." + what);
        f.put(name, values);
        return name;
    }

    private static Tensor filled(int channels, double value) {
        float[] values = new float[channels];
        Arrays.fill(values, (float) value);
        return Tensor.floats(Shape.of(channels), values);
    }

    private static boolean losesBias(Node layer, Model model) {
        return layer.is("Conv")
                || layer.is("ConvTranspose")
                || layer.is("Gemm") && !WeightInputs.gemmNeedsBias(model.opset());
    }
}

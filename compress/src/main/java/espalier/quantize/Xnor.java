package espalier.quantize;

import espalier.config.Key;
import espalier.config.Method;
import espalier.graph.Model;
import espalier.graph.Node;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/**
 * Binary weights and binary inputs. Rastegari, Ordonez, Redmon, Farhadi: XNOR-Net, ECCV 2016, arXiv:1603.05279, section 3.2.
 *
 * <p>I * W = (sign(I) * sign(W)) K a (equation 11): a = |W|_1 / n of each filter, as in {@link Bwn}, and K the mean size of the input
 * that a filter sees at a position. Before the signs, batch norm; the gradient of sign is 1 where its input is at most 1 in size.
 *
 * @param positions K; Bulat, Tzimiropoulos: XNOR-Net++, 2019, arXiv:1909.13863, do without it
 */
@Method(
        key = "xnor",
        summary = "signs for weights and for what layers read, times the mean sizes of both",
        paper = "Rastegari et al.: XNOR-Net, 2016, arXiv:1603.05279")
public record Xnor(
        @Key("scale every position by the mean size of its inputs (K)")
        boolean positions) implements Binarization {
    public Xnor() {
        this(true);
    }

    @Override
    public Tensor seen(Tensor weight, Tensor scales) {
        return new Bwn().seen(weight, scales);
    }

    @Override
    public Model around(Model model, List<Node> layers) {
        return BinaryBlocks.around(model, layers, positions);
    }

    @Override
    public Model inOnnx(Model trained) {
        return BinaryBlocks.inOnnx(trained);
    }
}

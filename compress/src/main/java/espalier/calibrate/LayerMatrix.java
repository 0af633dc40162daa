package espalier.calibrate;

import espalier.graph.Graph;
import espalier.graph.Model;
import espalier.graph.Tensor;
import espalier.torch.Tensors;
import java.util.Optional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** The weight of a layer, and under it the bias, as the matrix [features (+ 1), channels] that its input rows are multiplied with. */
final class LayerMatrix {
    private final Layer layer;
    private final Tensor weight;
    private final Optional<Tensor> bias;
    private final boolean filtersFirst;

    LayerMatrix(Layer layer, Graph graph) {
        this.layer = layer;
        this.weight = layer.weight(graph);
        this.bias = layer.bias().map(b -> Named.in(graph.initializers(), b));
        this.filtersFirst = layer.isConvolution() || layer.node().intAttr("transB", 0) != 0;
    }

    private long channels() {
        return weight.shape().dim(filtersFirst ? 0 : 1);
    }

    /** In double precision. */
    org.bytedeco.pytorch.Tensor tensor() {
        var w = Tensors.of(weight).to(ScalarType.Double);
        var matrix = filtersFirst ? w.flatten(1, -1).t() : w;
        if (bias.isEmpty()) {
            return matrix;
        }
        var b = Tensors.of(bias.get()).to(ScalarType.Double).reshape(1, -1).expand(1, channels());
        return torch.cat(new TensorVector(matrix, b), 0);
    }

    /** The model with another matrix in this one's place. */
    Model into(Model model, org.bytedeco.pytorch.Tensor matrix) {
        long features = weight.elements() / channels();
        var w = matrix.narrow(0, 0, features);
        Edited edited = new Edited(model);
        edited.put(layer.node().id(), 1, Doubles.of(filtersFirst ? w.t() : w));
        if (bias.isPresent()) {
            edited.put(layer.last().id(), layer.biasInput(), Doubles.of(matrix.narrow(0, features, 1)));
        }
        return edited.model();
    }
}

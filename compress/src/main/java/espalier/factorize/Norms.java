package espalier.factorize;

import espalier.calibrate.Activations;
import espalier.calibrate.ChannelMoments;
import espalier.calibrate.Moments;
import espalier.data.Batches;
import espalier.graph.Graph;
import espalier.graph.Model;
import espalier.graph.Node;
import espalier.graph.Shape;
import espalier.graph.Tensor;
import espalier.torch.Tensors;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.bytedeco.javacpp.PointerScope;

/**
 * Gives the batch norms between links the mean and variance of what they see. One that is merged again gets gamma = sqrt(variance +
 * epsilon) and beta = mean, so that it changes nothing at first.
 */
final class Norms {
    private Norms() {}

    static Model measured(Model model, Model before, Between between, Batches batches) {
        Set<String> old = before.graph().nodes().stream().map(Node::id).collect(Collectors.toSet());
        Graph graph = model.graph();
        List<Node> ours = graph.nodes().stream()
                .filter(n -> n.is("BatchNormalization") && !old.contains(n.id()))
                .toList();
        List<String> values = ours.stream().map(n -> n.input(0)).toList();
        Map<String, ChannelMoments> moments = Moments.of(model, batches, values, Activations.SAMPLES);
        Map<String, Tensor> more = new LinkedHashMap<>();
        for (Node n : ours) {
            ChannelMoments m = Objects.requireNonNull(moments.get(n.input(0)));
            double[] mean = m.mean();
            double[] variance = m.variance();
            double epsilon = n.realAttr("epsilon", 1e-5f);
            Tensor like = Objects.requireNonNull(graph.initializers().get(n.input(1)));
            if (between == Between.NORM) {
                double[] gamma = java.util.Arrays.stream(variance)
                        .map(v -> Math.sqrt(v + epsilon))
                        .toArray();
                more.put(n.input(1), vector(gamma, like));
                more.put(n.input(2), vector(mean, like));
            }
            more.put(n.input(3), vector(mean, like));
            more.put(n.input(4), vector(variance, like));
        }
        return model.withGraph(graph.plusInitializers(more));
    }

    private static Tensor vector(double[] values, Tensor like) {
        try (PointerScope scope = new PointerScope()) {
            return Tensors.toHost(Tensors.of(Tensor.doubles(Shape.of(values.length), values)), like.dtype());
        }
    }
}

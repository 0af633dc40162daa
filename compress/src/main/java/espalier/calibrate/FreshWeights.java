package espalier.calibrate;

import espalier.graph.BadInputException;
import espalier.graph.Edges;
import espalier.graph.Graph;
import espalier.graph.Model;
import espalier.graph.Node;
import espalier.graph.Shape;
import espalier.graph.Tensor;
import espalier.op.InputShapes;
import espalier.op.Trace;
import espalier.pass.Passes;
import espalier.torch.GraphPart;
import espalier.torch.Program;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * A trained network as it would be before training: the same graph, everything that is learned drawn anew.
 *
 * <ol>
 *   <li>Weights of convolutions and linear layers: He, Zhang, Ren, Sun: Delving Deep into Rectifiers, 2015, arXiv:1502.01852, section
 *       2.2, normal with variance 2 / fan-in, and 1 / fan-in for layers that no other follows, as in the zoo.
 *   <li>Scales 1, shifts and biases 0, running means 0, running variances 1, slopes of {@code PRelu} 0.25.
 *   <li>Tables that are looked up or added, such as embeddings of positions: normal with deviation 0.02.
 *   <li>What is not learned stays.
 * </ol>
 */
public final class FreshWeights {
    private static final double EMBEDDING = 0.02;
    private static final double SLOPE = 0.25;
    private static final Set<String> NORMALIZATIONS = Set.of(
            "BatchNormalization",
            "InstanceNormalization",
            "LayerNormalization",
            "GroupNormalization",
            "RMSNormalization");
    private static final Set<String> HANDS_ON = Set.of(
            "Identity",
            "Transpose",
            "Reshape",
            "Squeeze",
            "Unsqueeze",
            "Flatten",
            "Expand",
            "Cast",
            "Concat",
            "Slice",
            "Split");

    private final Model model;
    private final Graph graph;
    private final Set<String> beforeLayers;

    private FreshWeights(Model model) {
        this.model = model;
        this.graph = model.graph();
        this.beforeLayers = Layer.beforeLayers(graph);
    }

    /** The same seed gives the same weights. */
    public static Model of(Model trained, long seed) {
        Model model = Passes.beforeTraining().apply(trained);
        try (Program program = Program.of(GraphPart.trainable(model))) {
            List<String> learned = new ArrayList<>(program.parameters().keySet());
            learned.addAll(program.buffers().keySet());
            return new FreshWeights(model).drawn(learned, new SplittableRandom(seed));
        }
    }

    private Model drawn(List<String> learned, SplittableRandom random) {
        Map<String, Tensor> fresh = new LinkedHashMap<>();
        for (String name : learned) {
            Tensor old = Named.in(graph.initializers(), name);
            Draw draw = draw(name, old.shape());
            SplittableRandom own = random.split();
            double[] values = new double[Math.toIntExact(old.elements())];
            Arrays.setAll(values, i -> draw.mean + (draw.deviation == 0 ? 0 : draw.deviation * own.nextGaussian()));
            fresh.put(name, Doubles.tensor(old.dtype(), old.shape(), values));
        }
        return model.withGraph(graph.plusInitializers(fresh));
    }

    private record Draw(double mean, double deviation) {
        static final Draw ZEROS = new Draw(0, 0);
        static final Draw ONES = new Draw(1, 0);
        static final Draw EMBEDDINGS = new Draw(0, EMBEDDING);
    }

    /** What a constant is to the node that reads it, behind operators that only move elements. */
    private Draw draw(String name, Shape shape) {
        String value = name;
        List<Edges.Use> uses = graph.edges().uses(name);
        while (!uses.isEmpty() && isHandedOn(uses.get(0))) {
            value = uses.get(0).node().output(0);
            uses = graph.edges().uses(value);
        }
        if (uses.isEmpty() || uses.get(0).isCapture()) {
            return Draw.ZEROS;
        }
        Node reader = uses.get(0).node();
        int input = uses.get(0).input();
        if (NORMALIZATIONS.contains(reader.opType())) {
            return input == 1 || input == 4 ? Draw.ONES : Draw.ZEROS;
        }
        boolean table = shape.stream().filter(d -> d > 1).count() > 1;
        return switch (reader.opType()) {
            case "Conv", "ConvTranspose", "Gemm", "MatMul", "Einsum" ->
                input == 2 ? Draw.ZEROS : weight(reader, input, value.equals(name) ? shape : traced(value, shape));
            case "PRelu" -> new Draw(SLOPE, 0);
            case "Mul", "Div" -> Draw.ONES;
            default -> table ? Draw.EMBEDDINGS : Draw.ZEROS;
        };
    }

    /** An operator that moves a weight; one that joins it to an activation reads it. */
    private boolean isHandedOn(Edges.Use use) {
        Node n = use.node();
        return !use.isCapture()
                && n.isStandard()
                && HANDS_ON.contains(n.opType())
                && n.inputs().stream().allMatch(i -> i.isEmpty() || isConstant(i));
    }

    private boolean isConstant(String value) {
        return graph.constant(value).isPresent()
                || graph.edges()
                        .producer(value)
                        .filter(n -> n.inputs().stream().allMatch(i -> i.isEmpty() || isConstant(i)))
                        .isPresent();
    }

    private Shape traced(String value, Shape otherwise) {
        try {
            return Trace.of(model, InputShapes.of(model, 1, Map.of())).shape(value);
        } catch (BadInputException e) {
            return otherwise;
        }
    }

    private Draw weight(Node layer, int input, Shape w) {
        double gain = beforeLayers.contains(layer.output(0)) ? 2 : 1;
        return new Draw(0, Math.sqrt(gain / Math.max(1, fanIn(layer, input, w))));
    }

    /** Products that are summed up to one element of the output. */
    private static double fanIn(Node layer, int input, Shape w) {
        boolean left = input == 0;
        double all = w.elements();
        return switch (layer.opType()) {
            case "Conv" -> all / w.dim(0);
            case "ConvTranspose" -> all / w.dim(1) / layer.intAttr("group", 1);
            case "Gemm" ->
                left ? w.dim(layer.intAttr("transA", 0) != 0 ? 0 : 1) : w.dim(layer.intAttr("transB", 0) != 0 ? 1 : 0);
            case "MatMul" -> w.rank() == 1 ? all : w.dim(left ? -1 : -2);
            default -> all / w.dim(-1);
        };
    }
}

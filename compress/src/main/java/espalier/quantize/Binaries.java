package espalier.quantize;

import espalier.graph.BadInputException;
import espalier.graph.DType;
import espalier.graph.Graph;
import espalier.graph.Model;
import espalier.graph.Node;
import espalier.graph.Tensor;
import espalier.pack.PackedFile;
import espalier.pack.Packing;
import espalier.pass.Passes;
import espalier.pass.Stripped;
import espalier.work.Outcome;
import espalier.work.Retraining;
import espalier.work.Workbench;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** The step {@code binarize}. */
public final class Binaries {
    private static final Set<String> LAYERS = Set.of("Conv", "ConvTranspose", "Gemm", "MatMul");

    private Binaries() {}

    public static Outcome run(Binarize settings, Model input, Workbench bench) {
        Model model = AsRows.of(Passes.beforeTraining().apply(input), bench.shapes());
        List<Node> layers = layers(model.graph(), settings);
        List<String> names = layers.stream().map(n -> n.input(1)).toList();
        Model around = settings.method().around(model, layers);
        Outcome trained = Retraining.run(
                settings.retrain(),
                settings.against(),
                around,
                bench,
                new BinaryTraining(settings.method(), names, model));
        Model result = settings.method().inOnnx(trained.model());
        Packing packing = PackedFile.pack(Stripped.of(result));
        List<String> notes = new ArrayList<>(trained.notes());
        notes.add("two or three values: " + String.join(", ", names));
        List<String> left = without(model.graph());
        if (!left.isEmpty()) {
            notes.add("left as they are, since their filters are not rows of their weight: " + String.join(", ", left));
        }
        notes.add(String.format(
                Locale.ROOT,
                "packed: %,d bytes (espalier pack --strip); ONNX Runtime has no kernels for 1 or 2 bits, so the gain is bytes, not time",
                packing.bytes().length));
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("packedBytes", packing.bytes().length);
        details.put("tensors", packing.tensors());
        return new Outcome(result, notes, details);
    }

    private static List<Node> layers(Graph graph, Binarize settings) {
        List<Node> all = graph.nodes().stream().filter(n -> hasRows(n, graph)).toList();
        Chosen chosen = Chosen.of(all, settings.include(), settings.exclude());
        List<Node> layers = new ArrayList<>();
        for (int i = 0; i < all.size(); i++) {
            boolean end = i == 0 || i == all.size() - 1;
            if ((settings.ends() || !end) && chosen.against(all.get(i)).isEmpty()) {
                layers.add(all.get(i));
            }
        }
        if (layers.isEmpty()) {
            throw new BadInputException(why(all, chosen, without(graph)));
        }
        return layers;
    }

    private static String why(List<Node> all, Chosen chosen, List<String> without) {
        if (all.isEmpty()) {
            return without.isEmpty()
                    ? "nothing to binarize: the model has no layer whose weight is a constant of 32-bit floats"
                    : "nothing to binarize: filters are not rows of the weight in " + String.join(", ", without);
        }
        return all.stream().allMatch(n -> chosen.against(n).isPresent())
                ? "no layer is left to binarize: include and exclude leave none"
                : "no layer is left to binarize: the first and the last one stay as they are unless ends is true";
    }

    /** Layers with weights that have no rows. */
    private static List<String> without(Graph graph) {
        return graph.nodes().stream()
                .filter(n -> n.isStandard() && LAYERS.contains(n.opType()) && isWeight(n, graph) && !Coded.hasRows(n))
                .map(Node::label)
                .toList();
    }

    /** A convolution or linear layer whose weight has its outputs along the first axis. */
    private static boolean hasRows(Node n, Graph graph) {
        return isWeight(n, graph) && Coded.hasRows(n);
    }

    private static boolean isWeight(Node n, Graph graph) {
        Tensor w = graph.initializers().get(n.input(1));
        return w != null && w.dtype() == DType.FLOAT && w.shape().rank() > 1;
    }
}

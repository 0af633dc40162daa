package espalier.channel;

import espalier.graph.Dim;
import espalier.graph.Graph;
import espalier.graph.Model;
import espalier.graph.Node;
import espalier.graph.Shape;
import espalier.graph.Tensor;
import espalier.graph.ValueInfo;
import espalier.op.Trace;
import espalier.pass.Passes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Takes the chosen units out of a model: weights become smaller, and with them what the graph says about sizes. Inputs, outputs and a
 * free batch stay as they are. What the file declares about values inside is dropped, for it would be wrong.
 */
public final class Cut {
    private final Choice choice;
    private final Labelling labelling;
    private final Constants constants;

    private Cut(Model model, Choice choice) {
        this.choice = choice;
        this.labelling = choice.groups().labelling();
        this.constants = new Constants(model.graph());
    }

    /**
     * @param model the model of which the choice's groups were made, or one with the same graph and other weights
     * @return a model that computes what {@link Masked} computes
     */
    public static Model apply(Model model, Choice choice) {
        return choice.isEmpty() ? model : new Cut(model, choice).cut(model);
    }

    private Model cut(Model model) {
        Graph graph = model.graph();
        Map<String, Tensor> weights = WeightCut.of(graph.initializers(), choice);
        Frozen frozen = new Frozen(choice, constants);
        List<Node> nodes = new ArrayList<>();
        for (Node n : graph.nodes()) {
            Node cut = frozen.node(n, NodeCut.of(n, choice, constants));
            nodes.addAll(constants.takeNodes());
            nodes.add(cut);
        }
        weights.putAll(constants.initializers());
        Graph cut = graph.withNodes(nodes)
                .withInitializers(weights)
                .withInputs(declared(graph.inputs(), weights))
                .withValueInfo(Map.of());
        return verified(Passes.afterRewriting().apply(model.withGraph(cut)));
    }

    /** Initializers that are declared as inputs too, as before IR version 4. */
    private static List<ValueInfo> declared(List<ValueInfo> inputs, Map<String, Tensor> weights) {
        List<ValueInfo> out = new ArrayList<>();
        for (ValueInfo in : inputs) {
            Tensor t = weights.get(in.name());
            if (t != null) {
                Dim[] dims = new Dim[t.shape().rank()];
                for (int i = 0; i < dims.length; i++) {
                    dims[i] = Dim.of(t.shape().dim(i));
                }
                out.add(ValueInfo.of(in.name(), t.dtype(), dims));
            } else {
                out.add(in);
            }
        }
        return out;
    }

    /** Every value must have the size that its labels say, else the cut would be wrong silently; free sizes must still be free. */
    private Model verified(Model cut) {
        Trace now = traced(cut, labelling.trace());
        Trace other = traced(cut, labelling.otherSizes());
        for (Node n : cut.graph().nodes()) {
            for (String o : n.outputs()) {
                if (!o.isEmpty()
                        && labelling.trace().knows(o)
                        && !labelling.trace().isHost(n)) {
                    require(
                            n,
                            o,
                            Extent.kept(labelling.shape(o), choice.groups().units(o), choice),
                            now);
                    require(n, o, expected(o, other), other);
                }
            }
        }
        return cut;
    }

    private static Trace traced(Model cut, Trace before) {
        Map<String, Shape> inputs = new HashMap<>();
        for (ValueInfo in : cut.graph().requiredInputs()) {
            inputs.put(in.name(), before.shape(in.name()));
        }
        return Trace.of(cut, inputs);
    }

    /** Along axes without channels the size is what it was. */
    private int[] expected(String value, Trace other) {
        int[] shape = Site.ints(labelling.otherSizes().shape(value));
        for (int i = 0; i < shape.length; i++) {
            if (choice.groups().units(value).varies(i)) {
                shape[i] = Math.toIntExact(other.shape(value).dim(i));
            }
        }
        return shape;
    }

    private static void require(Node n, String value, int[] expected, Trace trace) {
        if (!trace.knows(value) || !Arrays.equals(expected, Site.ints(trace.shape(value)))) {
            throw new IllegalStateException(n.label() + ": '" + value + "' is cut to "
                    + (trace.knows(value) ? trace.shape(value) : "an unknown shape") + " instead of "
                    + Arrays.toString(expected));
        }
    }
}

package espalier.factorize;

import espalier.graph.Attribute;
import espalier.graph.DType;
import espalier.graph.Graph;
import espalier.graph.Model;
import espalier.graph.Node;
import espalier.graph.Shape;
import espalier.graph.Tensor;
import espalier.op.WeightInputs;
import espalier.torch.Tensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bytedeco.javacpp.PointerScope;

/**
 * Puts chains in the places of layers.
 *
 * <ol>
 *   <li>The links of layer {@code conv1} are {@code conv1.factor1}, {@code conv1.factor2} and so on; the last one makes the value that
 *       the layer made, so nothing behind it changes.
 *   <li>Stride, padding and dilation along an axis go to the link that has the kernel's extent along it; since nothing before adds
 *       anything, padding with zeros is the same there.
 *   <li>The bias, and a {@code Gemm}'s factors alpha and beta, go to the last link.
 * </ol>
 */
final class Chains {
    private final Graph graph;
    private final int opset;
    private final Between between;
    private final Map<String, Tensor> initializers;
    private final Set<String> taken;

    private Chains(Model model, Between between) {
        this.graph = model.graph();
        this.opset = model.opset();
        this.between = between;
        this.initializers = new LinkedHashMap<>(graph.initializers());
        this.taken = new HashSet<>(graph.valueNames());
        graph.nodes().forEach(n -> taken.add(n.name()));
    }

    /** The model with some layers split. */
    static Model apply(Model model, Collection<Split> splits, Between between) {
        Chains c = new Chains(model, between);
        Map<String, Split> byId = new HashMap<>();
        splits.forEach(s -> byId.put(s.target().node().id(), s));
        List<Node> nodes = new ArrayList<>();
        for (Node n : c.graph.nodes()) {
            Split s = byId.get(n.id());
            if (s == null) {
                nodes.add(n);
            } else {
                c.initializers.remove(s.target().weight());
                nodes.addAll(c.chain(s));
            }
        }
        return model.withGraph(c.graph.withNodes(nodes).withInitializers(c.initializers));
    }

    private List<Node> chain(Split split) {
        Node old = split.target().node();
        List<Node> nodes = new ArrayList<>();
        String value = old.input(0);
        int last = split.chain().size() - 1;
        for (int i = 0; i <= last; i++) {
            Split.Link link = split.chain().get(i);
            String name = fresh(split.target().name() + ".factor" + (i + 1));
            String output = i == last ? old.output(0) : name;
            String weight = fresh(name + ".weight");
            initializers.put(weight, stored(link, split.target()));
            List<String> inputs = new ArrayList<>(List.of(value, weight));
            if (i == last && old.hasInput(2)) {
                inputs.add(old.input(2));
            } else if (old.is("Gemm") && WeightInputs.gemmNeedsBias(opset)) {
                String zero = fresh(name + ".bias");
                initializers.put(zero, filled(link.weight().dtype(), 1, 0));
                inputs.add(zero);
            }
            nodes.add(new Node(
                    name,
                    old.opType(),
                    old.domain(),
                    inputs,
                    List.of(output),
                    attributes(link, old, i, last),
                    old.extra()));
            value = output;
            if (i < last && between != Between.NOTHING) {
                value = normalized(name, value, link, nodes);
            }
        }
        return nodes;
    }

    /** A matrix as {@code [out,in]} for {@code Gemm}, {@code [in,out]} for {@code MatMul}. */
    private static Tensor stored(Split.Link link, Target target) {
        Tensor w = link.weight();
        if (target.isConvolution()) {
            return w;
        }
        Shape matrix = Shape.of(w.shape().dim(0), w.shape().dim(1));
        return target.node().is("Gemm") ? w.reshape(matrix) : transposed(w, matrix);
    }

    private static Tensor transposed(Tensor w, Shape matrix) {
        try (PointerScope scope = new PointerScope()) {
            return Tensors.toHost(Tensors.of(w.reshape(matrix)).t());
        }
    }

    private static Map<String, Attribute> attributes(Split.Link link, Node old, int i, int last) {
        return switch (old.opType()) {
            case "Conv" -> window(link, old);
            case "Gemm" -> product(old, i, last);
            default -> old.attributes();
        };
    }

    private static Map<String, Attribute> product(Node old, int i, int last) {
        Map<String, Attribute> a = new LinkedHashMap<>(old.attributes());
        a.put("transB", Attribute.of(1));
        if (i > 0) {
            a.remove("transA");
        }
        if (i < last) {
            a.remove("alpha");
            a.remove("beta");
        }
        return a;
    }

    private static Map<String, Attribute> window(Split.Link link, Node old) {
        long[] s = old.intsAttr("strides").orElse(new long[] {1, 1});
        long[] d = old.intsAttr("dilations").orElse(new long[] {1, 1});
        long[] p = old.intsAttr("pads").orElse(new long[4]);
        boolean h = link.rows();
        boolean w = link.columns();
        Map<String, Attribute> a = new LinkedHashMap<>();
        a.put(
                "kernel_shape",
                Attribute.ints(
                        link.weight().shape().dim(2), link.weight().shape().dim(3)));
        a.put("strides", Attribute.ints(h ? s[0] : 1, w ? s[1] : 1));
        a.put("dilations", Attribute.ints(h ? d[0] : 1, w ? d[1] : 1));
        String automatic = old.textAttr("auto_pad", "NOTSET");
        if (automatic.equals("NOTSET")) {
            a.put("pads", Attribute.ints(h ? p[0] : 0, w ? p[1] : 0, h ? p[2] : 0, w ? p[3] : 0));
        } else if (h || w) {
            a.put("auto_pad", Attribute.of(automatic));
        }
        if (link.groups() > 1) {
            a.put("group", Attribute.of(link.groups()));
        }
        return a;
    }

    /** Mean 0 and variance 1 until they are measured. */
    private String normalized(String name, String value, Split.Link link, List<Node> nodes) {
        int channels = (int) link.weight().shape().dim(0);
        DType type = link.weight().dtype();
        String norm = fresh(name + ".bn");
        List<String> inputs = new ArrayList<>(List.of(value));
        for (String part : List.of("weight", "bias", "running_mean", "running_var")) {
            String constant = fresh(norm + "." + part);
            boolean one = part.equals("weight") || part.equals("running_var");
            initializers.put(constant, filled(type, channels, one ? 1 : 0));
            inputs.add(constant);
        }
        nodes.add(Node.of("BatchNormalization", inputs, List.of(norm), Map.of("epsilon", Attribute.of(1e-5f)))
                .withName(norm));
        if (between == Between.NORM) {
            return norm;
        }
        String relu = fresh(name + ".relu");
        nodes.add(Node.of("Relu", List.of(norm), List.of(relu), Map.of()).withName(relu));
        return relu;
    }

    private static Tensor filled(DType type, int channels, double value) {
        double[] values = new double[channels];
        Arrays.fill(values, value);
        Tensor exact = Tensor.doubles(Shape.of(channels), values);
        try (PointerScope scope = new PointerScope()) {
            return Tensors.toHost(Tensors.of(exact), type);
        }
    }

    private String fresh(String wish) {
        String name = wish;
        for (int i = 2; !taken.add(name); i++) {
            name = wish + "_" + i;
        }
        return name;
    }
}

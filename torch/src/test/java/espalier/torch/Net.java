package espalier.torch;

import espalier.graph.Attribute;
import espalier.graph.DType;
import espalier.graph.Dim;
import espalier.graph.Extra;
import espalier.graph.Graph;
import espalier.graph.Model;
import espalier.graph.Node;
import espalier.graph.Shape;
import espalier.graph.Tensor;
import espalier.graph.ValueInfo;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/** Graphs for tests, a line per node: {@code node("y = Conv(x, w, b)", "pads=1,1,1,1 group=2")}. */
final class Net {
    private final int opset;
    private final Random random = new Random(7);
    private final List<Node> nodes = new ArrayList<>();
    private final Map<String, Tensor> initializers = new LinkedHashMap<>();
    private final List<ValueInfo> inputs = new ArrayList<>();

    private Net(int opset) {
        this.opset = opset;
    }

    static Net opset(int opset) {
        return new Net(opset);
    }

    /** A float input whose leading axis is the batch. */
    Net input(String name, long... dims) {
        Dim[] d = Arrays.stream(dims).mapToObj(Dim::of).toArray(Dim[]::new);
        d[0] = Dim.symbol("N");
        inputs.add(ValueInfo.of(name, DType.FLOAT, d));
        return this;
    }

    Net input(String name, DType dtype, long... dims) {
        inputs.add(
                ValueInfo.of(name, dtype, Arrays.stream(dims).mapToObj(Dim::of).toArray(Dim[]::new)));
        return this;
    }

    /** A float initializer with small normal values. */
    Net weight(String name, long... dims) {
        return constant(name, normal(random, 0.3, dims));
    }

    /** A float initializer with values from 0.5 to 1.5. */
    Net positive(String name, long... dims) {
        float[] v = new float[(int) Shape.of(dims).elements()];
        for (int i = 0; i < v.length; i++) {
            v[i] = 0.5f + random.nextFloat();
        }
        return constant(name, Tensor.floats(Shape.of(dims), v));
    }

    Net constant(String name, Tensor value) {
        initializers.put(name, value);
        return this;
    }

    static Tensor normal(Random random, double deviation, long... dims) {
        float[] v = new float[(int) Shape.of(dims).elements()];
        for (int i = 0; i < v.length; i++) {
            v[i] = (float) (random.nextGaussian() * deviation);
        }
        return Tensor.floats(Shape.of(dims), v);
    }

    Net node(String text) {
        return node(text, "");
    }

    /** Outputs, operator and inputs as {@code a, b = Op(c, , d)}; attributes as {@code ints=1,2 list=[1] real=0.5 int=1 text=edge}. */
    Net node(String text, String attributes) {
        String[] sides = text.split("=", 2);
        String call = sides[1].trim();
        int open = call.indexOf('(');
        List<String> in = names(call.substring(open + 1, call.length() - 1));
        nodes.add(Node.of(call.substring(0, open), in, names(sides[0]), attributes(attributes)));
        return this;
    }

    private static List<String> names(String list) {
        return list.isBlank()
                ? List.of()
                : Arrays.stream(list.split(",", -1)).map(String::trim).toList();
    }

    static Map<String, Attribute> attributes(String text) {
        Map<String, Attribute> out = new LinkedHashMap<>();
        for (String pair : text.isBlank() ? new String[0] : text.trim().split(" +")) {
            String[] kv = pair.split("=", 2);
            out.put(kv[0], attribute(kv[1]));
        }
        return out;
    }

    private static Attribute attribute(String v) {
        if (v.startsWith("[") || v.contains(",") && v.matches("[-0-9,]+")) {
            return Attribute.ints(Arrays.stream(v.replaceAll("[\\[\\]]", "").split(","))
                    .mapToLong(Long::parseLong)
                    .toArray());
        }
        if (v.matches("-?[0-9]+")) {
            return Attribute.of(Long.parseLong(v));
        }
        return v.matches("-?[0-9.]+(e-?[0-9]+)?") ? Attribute.of(Float.parseFloat(v)) : Attribute.of(v);
    }

    Model outputs(String... names) {
        List<ValueInfo> out = Arrays.stream(names)
                .map(n -> new ValueInfo(n, Optional.of(new ValueInfo.Type(DType.FLOAT, Optional.empty())), Extra.NONE))
                .toList();
        return Model.of(opset, new Graph("net", nodes, initializers, inputs, out, Map.of(), Extra.NONE));
    }
}

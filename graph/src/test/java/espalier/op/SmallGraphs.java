package espalier.op;

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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Graphs of a few nodes: values are named in one string, attributes are given as pairs. */
final class SmallGraphs {
    private final List<ValueInfo> inputs = new ArrayList<>();
    private final Map<String, Tensor> initializers = new LinkedHashMap<>();
    private final List<Node> nodes = new ArrayList<>();
    private String last = "";

    /** @param dims numbers are sizes, strings symbols */
    SmallGraphs input(String name, DType dtype, Object... dims) {
        List<Dim> d = new ArrayList<>();
        for (Object o : dims) {
            d.add(o instanceof Integer size ? Dim.of(size) : o.equals("") ? Dim.UNKNOWN : Dim.symbol((String) o));
        }
        inputs.add(ValueInfo.of(name, dtype, d.toArray(Dim[]::new)));
        return this;
    }

    SmallGraphs input(String name, Object... dims) {
        return input(name, DType.FLOAT, dims);
    }

    SmallGraphs constant(String name, Tensor value) {
        initializers.put(name, value);
        return this;
    }

    /** A float initializer of zeros. */
    SmallGraphs weight(String name, long... dims) {
        return constant(name, Tensor.zeros(DType.FLOAT, Shape.of(dims)));
    }

    /** @param in names apart by blanks, {@code _} for an optional input that is left out */
    SmallGraphs node(String op, String in, String out, Object... attributes) {
        Map<String, Attribute> a = new LinkedHashMap<>();
        for (int i = 0; i < attributes.length; i += 2) {
            a.put((String) attributes[i], attribute(attributes[i + 1]));
        }
        List<String> ins =
                in.isEmpty() ? List.of() : List.of(in.replace("_", "").split(" ", -1));
        nodes.add(Node.of(op, ins, List.of(out.split(" ")), a));
        last = nodes.get(nodes.size() - 1).output(0);
        return this;
    }

    private static Attribute attribute(Object o) {
        if (o instanceof Integer i) {
            return Attribute.of((long) i);
        } else if (o instanceof Float f) {
            return Attribute.of(f);
        } else if (o instanceof long[] l) {
            return Attribute.ints(l);
        } else if (o instanceof Tensor t) {
            return Attribute.of(t);
        }
        return Attribute.of((String) o);
    }

    Model model(int opset) {
        ValueInfo out = ValueInfo.of(last, DType.FLOAT, Dim.UNKNOWN);
        return Model.of(opset, new Graph("g", nodes, initializers, inputs, List.of(out), Map.of(), Extra.NONE));
    }

    Model model() {
        return model(17);
    }

    Trace trace(int opset) {
        return Trace.of(model(opset), Map.of());
    }

    /** The traced shape of the last node's first output. */
    String shape(int opset) {
        return trace(opset).type(last).map(t -> t.shape().toString()).orElse("?");
    }

    String shape() {
        return shape(17);
    }

    static long[] ints(long... values) {
        return values;
    }
}

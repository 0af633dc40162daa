package espalier.channel;

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
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Builds test networks layer by layer, with random weights that keep activations near 1. Shapes are those at batch {@value #BATCH};
 * the batch itself stays free.
 */
final class Net {
    static final int BATCH = 3;

    final Random random;
    private final int opset;
    private final List<Node> nodes = new ArrayList<>();
    private final Map<String, Tensor> weights = new LinkedHashMap<>();
    private final List<ValueInfo> inputs = new ArrayList<>();
    private final Map<String, int[]> shapes = new HashMap<>();

    Net(int opset, long seed) {
        this.opset = opset;
        this.random = new Random(seed);
    }

    Net() {
        this(17, 1);
    }

    int opset() {
        return opset;
    }

    int[] shape(String value) {
        int[] s = shapes.get(value);
        if (s == null) {
            throw new IllegalStateException("no shape for " + value);
        }
        return s;
    }

    /** A float input whose first axis is the batch. */
    String input(int... rest) {
        String name = "in" + inputs.size();
        Dim[] dims = new Dim[rest.length + 1];
        int[] shape = new int[rest.length + 1];
        dims[0] = Dim.symbol("N");
        shape[0] = BATCH;
        for (int i = 0; i < rest.length; i++) {
            dims[i + 1] = Dim.of(rest[i]);
            shape[i + 1] = rest[i];
        }
        inputs.add(ValueInfo.of(name, DType.FLOAT, dims));
        shapes.put(name, shape);
        return name;
    }

    /** A float input [batch, length, features] whose length is free too; shapes are those at the given length. */
    String sequence(int length, int features) {
        String name = "in" + inputs.size();
        inputs.add(ValueInfo.of(name, DType.FLOAT, Dim.symbol("N"), Dim.symbol("T"), Dim.of(features)));
        shapes.put(name, new int[] {BATCH, length, features});
        return name;
    }

    /** A weight, normally distributed. */
    String weight(double scale, int... shape) {
        return weight(0, scale, shape);
    }

    String weight(double mean, double scale, int... shape) {
        float[] w = new float[Arrays.stream(shape).reduce(1, (a, b) -> a * b)];
        for (int i = 0; i < w.length; i++) {
            w[i] = (float) (mean + scale * random.nextGaussian());
        }
        return constant(
                Tensor.floats(Shape.of(Arrays.stream(shape).asLongStream().toArray()), w));
    }

    String constant(Tensor t) {
        String name = "w" + weights.size();
        weights.put(name, t);
        shapes.put(name, Site.ints(t.shape()));
        return name;
    }

    String longs(long... values) {
        return constant(Tensor.longs(values));
    }

    /** Any node; the shape is that of its first output. */
    String add(String op, int[] shape, Map<String, Attribute> attributes, String... in) {
        String out = op.toLowerCase(java.util.Locale.ROOT) + nodes.size();
        nodes.add(new Node(out, op, "", List.of(in), List.of(out), attributes, Extra.NONE));
        shapes.put(out, shape);
        return out;
    }

    List<String> addMany(String op, List<int[]> outShapes, Map<String, Attribute> attributes, String... in) {
        List<String> outs = new ArrayList<>();
        for (int i = 0; i < outShapes.size(); i++) {
            String out = op.toLowerCase(java.util.Locale.ROOT) + nodes.size() + "_" + i;
            outs.add(out);
            shapes.put(out, outShapes.get(i));
        }
        nodes.add(new Node("", op, "", List.of(in), outs, attributes, Extra.NONE));
        return outs;
    }

    /** Element-wise, of the first operand's shape. */
    String op(String op, String... in) {
        return add(op, shape(in[0]), Map.of(), in);
    }

    String conv(String x, int out, int kernel) {
        return conv(x, out, kernel, 1);
    }

    String conv(String x, int out, int kernel, int group) {
        int[] s = shape(x).clone();
        int in = s[1] / group;
        String w = weight(1.4 / Math.sqrt(in * kernel * kernel), out, in, kernel, kernel);
        s[1] = out;
        Map<String, Attribute> a = new LinkedHashMap<>();
        int p = kernel / 2;
        a.put("pads", Attribute.ints(p, p, p, p));
        a.put("group", Attribute.of((long) group));
        return add("Conv", s, a, x, w, weight(0.2, out));
    }

    String depthwise(String x, int multiplier) {
        return conv(x, shape(x)[1] * multiplier, 3, shape(x)[1]);
    }

    String batchNorm(String x) {
        int c = shape(x)[1];
        return add(
                "BatchNormalization",
                shape(x),
                Map.of(),
                x,
                weight(1, 0.2, c),
                weight(0.2, c),
                weight(0.2, c),
                positive(c));
    }

    String positive(int... shape) {
        String w = weight(0, 0.3, shape);
        float[] v = weights.get(w).toFloats();
        for (int i = 0; i < v.length; i++) {
            v[i] = 0.6f + Math.abs(v[i]);
        }
        weights.put(w, Tensor.floats(weights.get(w).shape(), v));
        return w;
    }

    /** A linear layer over the last axis. */
    String linear(String x, int out) {
        int[] s = shape(x).clone();
        int in = s[s.length - 1];
        s[s.length - 1] = out;
        String y = add("MatMul", s, Map.of(), x, weight(1 / Math.sqrt(in), in, out));
        return op("Add", y, weight(0.2, out));
    }

    String gemm(String x, int out) {
        int in = shape(x)[1];
        return add(
                "Gemm",
                new int[] {shape(x)[0], out},
                Map.of("transB", Attribute.of(1L)),
                x,
                weight(1 / Math.sqrt(in), out, in),
                weight(0.2, out));
    }

    String flatten(String x) {
        int[] s = shape(x);
        int n = 1;
        for (int i = 1; i < s.length; i++) {
            n *= s[i];
        }
        return add("Flatten", new int[] {s[0], n}, Map.of(), x);
    }

    String globalPool(String x) {
        int[] s = shape(x);
        return add("GlobalAveragePool", new int[] {s[0], s[1], 1, 1}, Map.of(), x);
    }

    String concat(int axis, String... in) {
        int[] s = shape(in[0]).clone();
        s[axis] = 0;
        for (String i : in) {
            s[axis] += shape(i)[axis];
        }
        return add("Concat", s, Map.of("axis", Attribute.of((long) axis)), in);
    }

    String transpose(String x, int... perm) {
        int[] s = new int[perm.length];
        Arrays.setAll(s, i -> shape(x)[perm[i]]);
        return add(
                "Transpose",
                s,
                Map.of("perm", Attribute.ints(Arrays.stream(perm).asLongStream().toArray())),
                x);
    }

    /** A reshape to a constant that leaves the batch open. */
    String reshape(String x, int... shape) {
        long[] to = Arrays.stream(shape).asLongStream().toArray();
        if (shape[0] == BATCH) {
            to[0] = random.nextBoolean() && shape(x)[0] == BATCH ? 0 : -1;
        } else if (shape[0] % BATCH == 0) {
            to[0] = -1;
        }
        return add("Reshape", shape, Map.of(), x, longs(to));
    }

    /** A reshape whose target is computed from the shape of {@code like}, as exporters write it. */
    String reshapeByShape(String x, int... shape) {
        String batch = add("Gather", new int[] {1}, Map.of(), add("Shape", new int[] {4}, Map.of(), x), longs(0));
        String rest = longs(Arrays.stream(shape).skip(1).asLongStream().toArray());
        String target = add("Concat", new int[] {shape.length}, Map.of("axis", Attribute.of(0L)), batch, rest);
        return add("Reshape", shape, Map.of(), x, target);
    }

    String slice(String x, int axis, int start, int end) {
        int[] s = shape(x).clone();
        s[axis] = end - start;
        if (opset < 10) {
            Map<String, Attribute> a = new LinkedHashMap<>();
            a.put("axes", Attribute.ints(axis));
            a.put("starts", Attribute.ints(start));
            a.put("ends", Attribute.ints(end));
            return add("Slice", s, a, x);
        }
        long last = end == shape(x)[axis] ? Long.MAX_VALUE : end;
        return add("Slice", s, Map.of(), x, longs(start), longs(last), longs(axis));
    }

    List<String> split(String x, int axis, int... sizes) {
        List<int[]> outs = new ArrayList<>();
        for (int size : sizes) {
            int[] s = shape(x).clone();
            s[axis] = size;
            outs.add(s);
        }
        long[] parts = Arrays.stream(sizes).asLongStream().toArray();
        if (opset < 13) {
            Map<String, Attribute> a = new LinkedHashMap<>();
            a.put("axis", Attribute.of((long) axis));
            a.put("split", Attribute.ints(parts));
            return addMany("Split", outs, a, x);
        }
        return addMany("Split", outs, Map.of("axis", Attribute.of((long) axis)), x, longs(parts));
    }

    String shuffle(String x, int groups) {
        int[] s = shape(x);
        String split = reshape(x, s[0], groups, s[1] / groups, s[2], s[3]);
        return reshape(transpose(split, 0, 2, 1, 3, 4), s);
    }

    Model model(String... outputs) {
        List<ValueInfo> outs = new ArrayList<>();
        for (String o : outputs) {
            Dim[] dims = new Dim[shape(o).length];
            for (int i = 0; i < dims.length; i++) {
                dims[i] = i == 0 ? Dim.symbol("N") : Dim.of(shape(o)[i]);
            }
            outs.add(ValueInfo.of(o, DType.FLOAT, dims));
        }
        Graph g = new Graph("net", nodes, weights, inputs, outs, Map.of(), Extra.NONE);
        return Model.of(opset, g);
    }

    static Map<String, Attribute> attributes(Object... namesAndValues) {
        Map<String, Attribute> a = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            Object v = namesAndValues[i + 1];
            a.put(
                    (String) namesAndValues[i],
                    v instanceof Integer n
                            ? Attribute.of((long) n)
                            : v instanceof Float f
                                    ? Attribute.of(f)
                                    : v instanceof int[] l
                                            ? Attribute.ints(Arrays.stream(l)
                                                    .asLongStream()
                                                    .toArray())
                                            : Attribute.of((String) v));
        }
        return a;
    }
}

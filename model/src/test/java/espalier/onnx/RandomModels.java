package espalier.onnx;

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
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/** Models with everything a file can hold, the same for the same seed. Their operators do not exist. */
final class RandomModels {
    private static final String[] PARTS = {
        "conv1", ".weight", "/layer", "_2", " ", "\u00e9", "\"", "float", "Relu", ":0"
    };

    private final Random random;
    private final boolean extras;
    private int count;

    private RandomModels(long seed, boolean extras) {
        this.random = new Random(seed);
        this.extras = extras;
    }

    /** With fields that are only carried along. */
    static Model of(long seed) {
        return new RandomModels(seed, true).model();
    }

    /** Without them. */
    static Model plain(long seed) {
        return new RandomModels(seed, false).model();
    }

    private Model model() {
        Map<String, Long> opsets = new LinkedHashMap<>();
        opsets.put("", 7L + random.nextInt(20));
        opsets.put("own.domain", 1L);
        return new Model(
                3 + random.nextInt(8),
                opsets,
                random.nextBoolean() ? "maker" : "",
                graph(0, List.of()),
                random.nextBoolean() ? Map.of("key", "value \u00fc") : Map.of(),
                extra(6, 3));
    }

    private String name() {
        StringBuilder s = new StringBuilder();
        for (int i = random.nextInt(3); i >= 0; i--) {
            s.append(PARTS[random.nextInt(PARTS.length)]);
        }
        return s.append(count++).toString();
    }

    /** A text field, and one no version of the format has. */
    private Extra extra(int text, int chance) {
        if (!extras || random.nextInt(chance) != 0) {
            return Extra.NONE;
        }
        Output out = new Output();
        out.text(text, name());
        Output unknown = new Output();
        unknown.varint(1, random.nextLong());
        out.message(1234, unknown);
        return new Extra(out.toByteArray());
    }

    private Graph graph(int depth, List<String> outer) {
        Map<String, Tensor> initializers = new LinkedHashMap<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            initializers.put(name(), tensor());
        }
        List<ValueInfo> inputs = new ArrayList<>();
        for (int i = random.nextInt(3); i > 0; i--) {
            inputs.add(value(name()));
        }
        List<String> known = new ArrayList<>(outer);
        known.addAll(initializers.keySet());
        inputs.forEach(i -> known.add(i.name()));
        List<Node> nodes = new ArrayList<>();
        for (int i = 1 + random.nextInt(5); i > 0; i--) {
            Node n = node(depth, known);
            nodes.add(n);
            n.outputs().stream().filter(o -> !o.isEmpty()).forEach(known::add);
        }
        Map<String, ValueInfo> valueInfo = new LinkedHashMap<>();
        if (random.nextBoolean()) {
            ValueInfo v = value(nodes.get(0).id());
            valueInfo.put(v.name(), v);
        }
        ValueInfo output = value(nodes.get(nodes.size() - 1).id());
        return new Graph("g" + depth, nodes, initializers, inputs, List.of(output), valueInfo, extra(10, 3));
    }

    private ValueInfo value(String name) {
        List<Dim> dims = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            dims.add(
                    random.nextBoolean()
                            ? Dim.of(random.nextInt(100))
                            : random.nextBoolean() ? Dim.symbol("N") : Dim.UNKNOWN);
        }
        DType type = DType.values()[random.nextInt(DType.values().length)];
        return new ValueInfo(
                name,
                Optional.of(new ValueInfo.Type(type, random.nextInt(5) == 0 ? Optional.empty() : Optional.of(dims))),
                extra(3, 4));
    }

    private Node node(int depth, List<String> known) {
        List<String> inputs = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            inputs.add(known.isEmpty() || random.nextInt(6) == 0 ? "" : known.get(random.nextInt(known.size())));
        }
        Map<String, Attribute> attributes = new LinkedHashMap<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            attributes.put("a" + i, attribute(depth, known));
        }
        List<String> outputs = random.nextInt(4) == 0 ? List.of(name(), "", name()) : List.of(name());
        String domain = random.nextInt(4) == 0 ? "own.domain" : "";
        return new Node(
                random.nextBoolean() ? name() : "",
                "Op" + random.nextInt(9),
                domain,
                inputs,
                outputs,
                attributes,
                extra(6, 4));
    }

    private Attribute attribute(int depth, List<String> known) {
        return switch (random.nextInt(depth < 2 ? 10 : 8)) {
            case 0 -> Attribute.of(random.nextLong());
            case 1 -> Attribute.of(random.nextFloat());
            case 2 -> Attribute.of(name());
            case 3 -> Attribute.of(tensor());
            case 4 -> new Attribute.Reals(List.of(random.nextFloat(), Float.POSITIVE_INFINITY));
            case 5 -> Attribute.ints(random.longs(random.nextInt(4)).toArray());
            case 6 -> new Attribute.Texts(List.of(name(), ""));
            case 7 -> new Attribute.Tensors(List.of(tensor()));
            case 8 -> new Attribute.GraphValue(graph(depth + 1, known));
            default -> new Attribute.Graphs(List.of(graph(depth + 1, known)));
        };
    }

    private Tensor tensor() {
        long[] dims = random.longs(random.nextInt(4), 0, 4).toArray();
        DType[] types = DType.values();
        return tensor(random, types[random.nextInt(types.length)], Shape.of(dims));
    }

    /** Any bits, but no NaN, of which text knows only one; bits beyond the last element are zero. */
    static Tensor tensor(Random random, DType type, Shape shape) {
        if (type == DType.STRING) {
            List<byte[]> strings = new ArrayList<>();
            for (long i = shape.elements(); i > 0; i--) {
                strings.add(("s" + random.nextInt()).getBytes(StandardCharsets.UTF_8));
            }
            return Tensor.ofStrings(shape, strings);
        }
        ByteBuffer data = Tensor.allocate(type, shape);
        switch (type) {
            case FLOAT, COMPLEX64 -> fill(data, 4, () -> data.putFloat((float) random.nextGaussian()));
            case DOUBLE, COMPLEX128 -> fill(data, 8, () -> data.putDouble(random.nextGaussian() * 1e100));
            default -> random.nextBytes(data.array());
        }
        int used = (int) (shape.elements() * type.bits() % 8);
        if (used != 0) {
            int last = data.capacity() - 1;
            data.put(last, (byte) (data.get(last) & (1 << used) - 1));
        }
        return Tensor.of(type, shape, data.rewind());
    }

    private static void fill(ByteBuffer data, int width, Runnable put) {
        while (data.remaining() >= width) {
            put.run();
        }
    }
}

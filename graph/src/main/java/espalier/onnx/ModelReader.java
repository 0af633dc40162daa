package espalier.onnx;

import espalier.graph.Attribute;
import espalier.graph.BadInputException;
import espalier.graph.DType;
import espalier.graph.Dim;
import espalier.graph.Graph;
import espalier.graph.Model;
import espalier.graph.Node;
import espalier.graph.Tensor;
import espalier.graph.ValueInfo;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Messages of {@code onnx.proto} as a {@link Model}. */
final class ModelReader {
    private final TensorReader tensors;

    ModelReader(TensorReader tensors) {
        this.tensors = tensors;
    }

    Model model(Fields f) {
        List<Fields> graphs = f.messages(7);
        if (graphs.isEmpty()) {
            throw new BadInputException("not an ONNX model: it holds no graph");
        }
        Map<String, Long> opsets = new LinkedHashMap<>();
        f.messages(8).forEach(o -> opsets.put(o.text(1), o.number(2, 0)));
        return new Model(
                f.number(1, 0),
                opsets,
                f.text(2),
                graph(graphs.get(graphs.size() - 1)),
                pairs(f, 14),
                f.except(1, 2, 7, 8, 14));
    }

    static Map<String, String> pairs(Fields f, int id) {
        Map<String, String> map = new LinkedHashMap<>();
        f.messages(id).forEach(p -> map.put(p.text(1), p.text(2)));
        return map;
    }

    private Graph graph(Fields f) {
        Map<String, Tensor> initializers = new LinkedHashMap<>();
        for (Fields t : f.messages(5)) {
            String name = t.text(8);
            if (initializers.put(name, tensors.tensor(t)) != null) {
                throw BadInputException.of("initializer '%s' is there twice", name);
            }
        }
        Map<String, ValueInfo> valueInfo = new LinkedHashMap<>();
        f.messages(13).forEach(v -> valueInfo.put(v.text(1), valueInfo(v)));
        return new Graph(
                f.text(2),
                f.messages(1).stream().map(this::node).toList(),
                initializers,
                f.messages(11).stream().map(ModelReader::valueInfo).toList(),
                f.messages(12).stream().map(ModelReader::valueInfo).toList(),
                valueInfo,
                f.except(1, 2, 5, 11, 12, 13));
    }

    private Node node(Fields f) {
        Map<String, Attribute> attributes = new LinkedHashMap<>();
        f.messages(5).forEach(a -> attributes.put(a.text(1), attribute(a)));
        return new Node(
                f.text(3), f.text(4), f.text(7), f.texts(1), f.texts(2), attributes, f.except(1, 2, 3, 4, 5, 7));
    }

    /** Some old files leave the kind out; then it is the field that is there. */
    private Attribute attribute(Fields f) {
        int kind = (int) f.number(20, 0);
        if (kind == 0) {
            kind = f.has(2)
                    ? 1
                    : f.has(3)
                            ? 2
                            : f.has(4)
                                    ? 3
                                    : f.has(5) ? 4 : f.has(6) ? 5 : f.has(7) ? 6 : f.has(8) ? 7 : f.has(9) ? 8 : 0;
        }
        return switch (f.has(21) ? 0 : kind) {
            case 1 -> new Attribute.Real(Float.intBitsToFloat((int) f.number(2, 0)));
            case 2 -> new Attribute.Int(f.number(3, 0));
            case 3 -> text(f);
            case 4 -> new Attribute.TensorValue(tensors.tensor(only(f, 5)));
            case 5 -> new Attribute.GraphValue(graph(only(f, 6)));
            case 6 -> new Attribute.Reals(floats(f));
            case 7 -> new Attribute.Ints(Arrays.stream(f.varints(8)).boxed().toList());
            case 8 -> new Attribute.Texts(f.texts(9));
            case 9 ->
                new Attribute.Tensors(
                        f.messages(10).stream().map(tensors::tensor).toList());
            case 10 ->
                new Attribute.Graphs(f.messages(11).stream().map(this::graph).toList());
            default -> new Attribute.Raw(f.except(1));
        };
    }

    private static Attribute text(Fields f) {
        try {
            return new Attribute.Text(f.text(4));
        } catch (BadInputException notUtf8) {
            return new Attribute.Raw(f.except(1));
        }
    }

    private static Fields only(Fields f, int id) {
        List<Fields> found = f.messages(id);
        if (found.isEmpty()) {
            throw BadInputException.of("attribute '%s' says what it holds, but does not hold it", f.text(1));
        }
        return found.get(found.size() - 1);
    }

    private static List<Float> floats(Fields f) {
        List<Float> values = new ArrayList<>();
        for (var b = f.fixed(7, 4); b.remaining() >= 4; ) {
            values.add(b.getFloat());
        }
        return values;
    }

    static ValueInfo valueInfo(Fields f) {
        List<Fields> types = f.messages(2);
        Optional<Fields> tensor =
                types.stream().flatMap(t -> t.messages(1).stream()).findFirst();
        boolean plain = tensor.isPresent()
                && types.size() == 1
                && types.get(0).except(1).isEmpty();
        return plain
                ? new ValueInfo(f.text(1), type(tensor.get()), f.except(1, 2))
                : new ValueInfo(f.text(1), Optional.empty(), f.except(1));
    }

    private static Optional<ValueInfo.Type> type(Fields tensor) {
        int code = (int) tensor.number(1, 0);
        return code == 0
                ? Optional.empty()
                : Optional.of(new ValueInfo.Type(
                        DType.of(code), tensor.messages(2).stream().findFirst().map(ModelReader::dims)));
    }

    private static List<Dim> dims(Fields shape) {
        return shape.messages(1).stream()
                .map(d -> d.has(2) && !d.text(2).isEmpty()
                        ? Dim.symbol(d.text(2))
                        : d.has(1) && d.number(1, -1) >= 0 ? Dim.of(d.number(1, -1)) : Dim.UNKNOWN)
                .toList();
    }
}

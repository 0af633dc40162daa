package espalier.onnx;

import espalier.graph.Attribute;
import espalier.graph.BadInputException;
import espalier.graph.Graph;
import espalier.graph.Model;
import espalier.graph.Node;
import espalier.graph.Tensor;
import espalier.graph.ValueInfo;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Messages of {@code onnx.proto} as a {@link Model}. Not kept: names, documentation and metadata of tensors inside attributes, and
 * documentation of attributes.
 */
final class ModelReader {
    private static final long NODE_COST = 250;
    private static final long ATTRIBUTE_COST = 100;
    private static final long NUMBER_COST = 24;
    private static final long HIGHEST_OPSET = 1000;

    private final TensorReader tensors;

    ModelReader(TensorReader tensors) {
        this.tensors = tensors;
    }

    Model model(Message m) {
        List<Message> graphs = m.messages(7);
        if (graphs.isEmpty()) {
            throw new BadInputException("is not an ONNX model: it holds no graph");
        }
        if (graphs.size() > 1) {
            throw BadInputException.of("holds %d graphs instead of one: export it again", graphs.size());
        }
        Graph graph = graph(graphs.get(0));
        return new Model(m.number(1, 0), opsets(m), m.text(2), graph, pairs(m, 14), m.except(1, 2, 7, 8, 14));
    }

    private static Map<String, Long> opsets(Message m) {
        Map<String, Long> opsets = new LinkedHashMap<>();
        for (Message o : m.messages(8)) {
            String domain = o.text(1);
            long version = o.number(2, 0);
            if (version < 0 || version > HIGHEST_OPSET) {
                throw BadInputException.of(
                        "names version %d of operator set '%s', which does not exist", version, domain);
            }
            opsets.put(domain, version);
        }
        return opsets;
    }

    static Map<String, String> pairs(Message m, int id) {
        Map<String, String> map = new LinkedHashMap<>();
        for (Message p : m.messages(id)) {
            map.put(p.text(1), p.text(2));
        }
        return map;
    }

    private Graph graph(Message m) {
        Map<String, ValueInfo> valueInfo = new LinkedHashMap<>();
        for (Message v : m.messages(13)) {
            valueInfo.put(v.text(1), ValueReader.valueInfo(v));
        }
        return new Graph(
                m.text(2),
                nodes(m),
                initializers(m),
                ValueReader.values(m, 11),
                ValueReader.values(m, 12),
                valueInfo,
                m.except(1, 2, 5, 11, 12, 13));
    }

    private Map<String, Tensor> initializers(Message m) {
        Map<String, Tensor> initializers = new LinkedHashMap<>();
        for (Message t : m.messages(5)) {
            String name = t.text(8);
            if (name.isEmpty()) {
                throw new BadInputException("has an initializer without a name: export it again");
            }
            if (initializers.put(name, tensors.tensor(t)) != null) {
                throw BadInputException.of("initializer '%s' is there twice: export it again", name);
            }
        }
        return initializers;
    }

    private List<Node> nodes(Message m) {
        List<Node> nodes = new ArrayList<>();
        for (Message n : m.messages(1)) {
            nodes.add(node(n));
        }
        return nodes;
    }

    private Node node(Message m) {
        m.budget().take(NODE_COST);
        String label = m.text(3).isEmpty() ? m.text(4) : m.text(3);
        Map<String, Attribute> attributes = new LinkedHashMap<>();
        for (Message a : m.messages(5)) {
            m.budget().take(ATTRIBUTE_COST);
            String name = a.text(1);
            try {
                if (attributes.put(name, attribute(a)) != null) {
                    throw new BadInputException("is there twice: export the model again");
                }
            } catch (BadInputException e) {
                throw new BadInputException("node '" + label + "', attribute '" + name + "': " + e.getMessage(), e);
            }
        }
        return new Node(
                m.text(3), m.text(4), m.text(7), m.texts(1), m.texts(2), attributes, m.except(1, 2, 3, 4, 5, 7));
    }

    /** The field of a kind has its number plus one. A reference to an attribute of a function, field 21, has no value. */
    private Attribute attribute(Message m) {
        int kind = kind(m);
        int field = kind + 1;
        return switch (m.has(21) ? 0 : kind) {
            case 1 -> new Attribute.Real(Float.intBitsToFloat((int) m.number(field, 0)));
            case 2 -> new Attribute.Int(m.number(field, 0));
            case 3 -> isText(m, field) ? new Attribute.Text(m.text(field)) : raw(m);
            case 4 -> new Attribute.TensorValue(tensors.tensor(only(m, field)));
            case 5 -> new Attribute.GraphValue(graph(only(m, field)));
            case 6 -> new Attribute.Reals(reals(m, field));
            case 7 -> new Attribute.Ints(ints(m, field));
            case 8 -> isText(m, field) ? new Attribute.Texts(m.texts(field)) : raw(m);
            case 9 ->
                new Attribute.Tensors(
                        m.messages(field).stream().map(tensors::tensor).toList());
            case 10 ->
                new Attribute.Graphs(m.messages(field).stream().map(this::graph).toList());
            default -> raw(m);
        };
    }

    /** Some old files leave the kind out; then it is that of the field that is there. */
    private static int kind(Message m) {
        int kind = (int) m.number(20, 0);
        for (int id = 2; kind == 0 && id <= 11; id++) {
            kind = m.has(id) ? id - 1 : 0;
        }
        return kind;
    }

    private static Attribute raw(Message m) {
        return new Attribute.Raw(m.except(1));
    }

    private static boolean isText(Message m, int field) {
        for (ByteBuffer b : m.slices(field)) {
            if (!Message.isUtf8(b)) {
                return false;
            }
        }
        return true;
    }

    private static Message only(Message m, int field) {
        List<Message> found = m.messages(field);
        if (found.size() != 1) {
            throw BadInputException.of("holds %d values instead of the one it announces", found.size());
        }
        return found.get(0);
    }

    private static List<Float> reals(Message m, int field) {
        ByteBuffer b = m.fixed(field, 4);
        m.budget().take(NUMBER_COST * b.remaining() / 4);
        List<Float> values = new ArrayList<>(b.remaining() / 4);
        while (b.hasRemaining()) {
            values.add(b.getFloat());
        }
        return values;
    }

    private static List<Long> ints(Message m, int field) {
        long[] numbers = m.varints(field);
        m.budget().take(NUMBER_COST * numbers.length);
        List<Long> values = new ArrayList<>(numbers.length);
        for (long n : numbers) {
            values.add(n);
        }
        return values;
    }
}

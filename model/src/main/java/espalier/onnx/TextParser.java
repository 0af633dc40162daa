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
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Reads ONNX text by recursive descent, one method per rule of the grammar in ONNX's {@code Syntax.md}. */
final class TextParser {
    private static final int DEEPEST = 32;

    private final TextScanner in;
    private int depth;

    TextParser(TextScanner in) {
        this.in = in;
    }

    Model model() {
        long ir = 8;
        String producer = "";
        Map<String, Long> opsets = new LinkedHashMap<>();
        Map<String, String> metadata = new LinkedHashMap<>();
        Output extra = new Output();
        if (in.accept("<")) {
            do {
                String key = in.word();
                in.expect(":");
                switch (key) {
                    case "ir_version" -> ir = in.whole();
                    case "opset_import" -> pairs(domain -> opsets.put(domain, in.whole()));
                    case "producer_name" -> producer = in.quoted();
                    case "producer_version" -> extra.text(3, in.quoted());
                    case "domain" -> extra.text(4, in.quoted());
                    case "model_version" -> extra.varint(5, in.whole());
                    case "doc_string" -> extra.text(6, in.quoted());
                    case "metadata_props" -> pairs(k -> metadata.put(k, in.quoted()));
                    default -> throw in.error("unknown key '" + key + "'");
                }
            } while (in.accept(","));
            in.expect(">");
        }
        Graph graph = graph();
        if (!in.atEnd()) {
            throw in.error("functions are not read from text: one model ends with its graph");
        }
        return new Model(ir, opsets, producer, graph, metadata, new Extra(extra.toByteArray()));
    }

    @FunctionalInterface
    private interface PairValue {
        void read(String key);
    }

    private void pairs(PairValue value) {
        in.expect("[");
        if (in.accept("]")) {
            return;
        }
        do {
            String key = in.quoted();
            in.expect(":");
            value.read(key);
        } while (in.accept(","));
        in.expect("]");
    }

    private Graph graph() {
        if (++depth > DEEPEST) {
            throw in.error("graphs are nested more than " + DEEPEST + " deep");
        }
        String name = in.name();
        Map<String, Tensor> initializers = new LinkedHashMap<>();
        in.expect("(");
        List<ValueInfo> inputs = values(")", initializers);
        in.expect("=>");
        in.expect("(");
        List<ValueInfo> outputs = values(")", new LinkedHashMap<>());
        Map<String, ValueInfo> valueInfo = new LinkedHashMap<>();
        if (in.accept("<")) {
            Map<String, Tensor> own = new LinkedHashMap<>();
            for (ValueInfo v : values(">", own)) {
                if (!own.containsKey(v.name())) {
                    valueInfo.put(v.name(), v);
                }
            }
            initializers.putAll(own);
        }
        List<Node> nodes = nodes();
        depth--;
        return new Graph(name, nodes, initializers, inputs, outputs, valueInfo, Extra.NONE);
    }

    /** Typed names up to a closing mark; those with elements are constants as well. */
    private List<ValueInfo> values(String close, Map<String, Tensor> constants) {
        List<ValueInfo> values = new ArrayList<>();
        if (in.accept(close)) {
            return values;
        }
        do {
            Optional<ValueInfo.Type> type = isType() ? Optional.of(type()) : Optional.empty();
            String name = in.name();
            if (in.accept("=")) {
                constants.put(name, tensor(type.orElseThrow(() -> in.error("a constant needs a type"))));
            }
            values.add(new ValueInfo(name, type, Extra.NONE));
        } while (in.accept(","));
        in.expect(close);
        return values;
    }

    private boolean isType() {
        return OnnxText.isType(in.peekWord());
    }

    private ValueInfo.Type type() {
        DType dtype = DType.valueOf(in.word().toUpperCase(Locale.ROOT));
        if (!in.accept("[")) {
            return new ValueInfo.Type(dtype, Optional.of(List.of()));
        }
        if (in.accept("]")) {
            return new ValueInfo.Type(dtype, Optional.empty());
        }
        List<Dim> dims = new ArrayList<>();
        do {
            dims.add(in.accept("?") ? Dim.UNKNOWN : in.nextIsName() ? Dim.symbol(in.name()) : size());
        } while (in.accept(","));
        in.expect("]");
        return new ValueInfo.Type(dtype, Optional.of(dims));
    }

    private Dim size() {
        long size = in.whole();
        if (size < 0) {
            throw in.error("a size cannot be negative");
        }
        return Dim.of(size);
    }

    private Tensor tensor(ValueInfo.Type type) {
        List<Dim> dims = type.dims().orElseThrow(() -> in.error("a constant needs a shape"));
        if (!dims.stream().allMatch(Dim::isFixed)) {
            throw in.error("a constant needs a shape of numbers");
        }
        return TensorText.read(
                in, type.dtype(), Shape.of(dims.stream().map(Dim::size).toList()));
    }

    private List<Node> nodes() {
        List<Node> nodes = new ArrayList<>();
        in.expect("{");
        while (!in.accept("}")) {
            nodes.add(node());
        }
        return nodes;
    }

    private Node node() {
        String name = "";
        if (in.accept("[")) {
            name = in.name();
            in.expect("]");
        }
        List<String> outputs = names();
        in.expect("=");
        String opType = in.name();
        StringBuilder domain = new StringBuilder();
        while (in.accept(".")) {
            domain.append(domain.length() == 0 ? "" : ".").append(opType);
            opType = in.name();
        }
        Map<String, Attribute> attributes = attributes();
        in.expect("(");
        List<String> inputs = names();
        in.expect(")");
        if (attributes.isEmpty()) {
            attributes = attributes();
        }
        return new Node(name, opType, domain.toString(), inputs, outputs, attributes, Extra.NONE);
    }

    /** Names apart by commas; nothing between two commas is an empty name, nothing after the last comma is none. */
    private List<String> names() {
        List<String> names = new ArrayList<>();
        while (in.nextIsName() || in.peek() == ',') {
            names.add(in.nextIsName() ? in.name() : "");
            if (!in.accept(",")) {
                break;
            }
        }
        return names;
    }

    private Map<String, Attribute> attributes() {
        Map<String, Attribute> attributes = new LinkedHashMap<>();
        if (!in.accept("<")) {
            return attributes;
        }
        do {
            String name = in.name();
            if (attributes.put(name, attribute()) != null) {
                throw in.error("attribute '" + name + "' is there twice");
            }
        } while (in.accept(","));
        in.expect(">");
        return attributes;
    }

    private Attribute attribute() {
        int kind = 0;
        if (in.accept(":")) {
            String name = in.word();
            kind = AttributeKind.named(name);
            if (kind == 0) {
                throw in.error("unknown kind of attribute '" + name + "'");
            }
        }
        in.expect("=");
        if (!in.accept("[")) {
            return single(kind);
        }
        List<Attribute> values = new ArrayList<>();
        int element = AttributeKind.elementOf(kind);
        if (in.peek() != ']') {
            do {
                values.add(single(element));
            } while (in.accept(","));
        }
        in.expect("]");
        if (kind != 0 && element == 0) {
            throw in.error("a single value cannot be a list");
        }
        return AttributeKind.list(kind, values)
                .orElseThrow(
                        () -> in.error("a list of attributes needs elements of one kind, or a kind where it is empty"));
    }

    private Attribute single(int kind) {
        Attribute value = single();
        if (value instanceof Attribute.Raw r) {
            Output reference = new Output();
            reference.raw(r.extra().bytes());
            if (kind != 0) {
                reference.varint(20, kind);
            }
            return new Attribute.Raw(new Extra(reference.toByteArray()));
        }
        if (kind == AttributeKind.REAL && value instanceof Attribute.Int i) {
            return Attribute.of((float) i.value());
        }
        if (kind != 0 && kind != AttributeKind.of(value)) {
            throw in.error("the value is of kind " + AttributeKind.name(value));
        }
        return value;
    }

    private Attribute single() {
        if (in.accept("@")) {
            Output reference = new Output();
            reference.text(21, in.name());
            return new Attribute.Raw(new Extra(reference.toByteArray()));
        } else if (in.peek() == '"') {
            return quotedOrGraph();
        } else if (in.nextIsNumber()) {
            String number = in.number();
            return TextScanner.isWhole(number) ? Attribute.of(in.wholeOf(number)) : Attribute.of(in.real32(number));
        } else if (isType()) {
            ValueInfo.Type type = type();
            if (in.nextIsName()) {
                in.name();
            }
            in.accept("=");
            return Attribute.of(tensor(type));
        }
        return new Attribute.GraphValue(graph());
    }

    /** A text, or the quoted name of a graph. */
    private Attribute quotedOrGraph() {
        int mark = in.mark();
        String text = in.quoted();
        if (in.peek() != '(') {
            return Attribute.of(text);
        }
        in.back(mark);
        return new Attribute.GraphValue(graph());
    }
}

package espalier.graph;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One operation of a graph.
 *
 * @param name as the file has it, often empty and not always unique; {@link #id()} is
 * @param opType operator, as {@code Conv}
 * @param domain empty for the standard operators
 * @param inputs value names; the empty string stands for an optional input that is left out
 * @param outputs value names; the empty string stands for an output nobody wants
 * @param attributes by name, in the order of the file
 * @param extra fields that are not interpreted (documentation, overload, metadata)
 */
public record Node(
        String name,
        String opType,
        String domain,
        List<String> inputs,
        List<String> outputs,
        Map<String, Attribute> attributes,
        Extra extra) {

    public Node {
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
        attributes = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(attributes));
    }

    /** A node of the standard domain. */
    public static Node of(String opType, List<String> inputs, List<String> outputs, Map<String, Attribute> attributes) {
        return new Node("", opType, "", inputs, outputs, attributes, Extra.NONE);
    }

    public static Node of(String opType, List<String> inputs, String output) {
        return of(opType, inputs, List.of(output), Map.of());
    }

    /** The first output that has a name: unique, since every value has one producer. */
    public String id() {
        for (String o : outputs) {
            if (!o.isEmpty()) {
                return o;
            }
        }
        return name;
    }

    /** How to call this node in a message: its name, or its operator and first output. */
    public String label() {
        return name.isEmpty() ? opType + "(" + id() + ")" : name;
    }

    /** The operator with its domain where that is not the standard one. */
    public String qualifiedType() {
        return isStandard() ? opType : domain + "." + opType;
    }

    public boolean isStandard() {
        return domain.isEmpty() || domain.equals("ai.onnx");
    }

    public boolean is(String standardOpType) {
        return opType.equals(standardOpType) && isStandard();
    }

    /** Input {@code i}, or the empty string where it is absent. */
    public String input(int i) {
        return i < inputs.size() ? inputs.get(i) : "";
    }

    public boolean hasInput(int i) {
        return !input(i).isEmpty();
    }

    /** Output {@code i}, or the empty string where it is absent. */
    public String output(int i) {
        return i < outputs.size() ? outputs.get(i) : "";
    }

    public boolean has(String attribute) {
        return attributes.containsKey(attribute);
    }

    public long intAttr(String attribute, long otherwise) {
        return get(attribute, Attribute.Int.class).map(Attribute.Int::value).orElse(otherwise);
    }

    public float realAttr(String attribute, float otherwise) {
        return get(attribute, Attribute.Real.class).map(Attribute.Real::value).orElse(otherwise);
    }

    public String textAttr(String attribute, String otherwise) {
        return get(attribute, Attribute.Text.class).map(Attribute.Text::value).orElse(otherwise);
    }

    public Optional<long[]> intsAttr(String attribute) {
        return get(attribute, Attribute.Ints.class)
                .map(a -> a.values().stream().mapToLong(Long::longValue).toArray());
    }

    public Optional<Tensor> tensorAttr(String attribute) {
        return get(attribute, Attribute.TensorValue.class).map(Attribute.TensorValue::value);
    }

    private <A extends Attribute> Optional<A> get(String attribute, Class<A> kind) {
        Attribute a = attributes.get(attribute);
        if (a != null && !kind.isInstance(a)) {
            throw BadInputException.of(
                    "%s: attribute '%s' is of kind %s, expected %s",
                    label(), attribute, a.getClass().getSimpleName(), kind.getSimpleName());
        }
        return Optional.ofNullable(kind.cast(a));
    }

    /** The graphs in this node's attributes (bodies of If, Loop, Scan). */
    public List<Graph> subgraphs() {
        List<Graph> found = new ArrayList<>();
        for (Attribute a : attributes.values()) {
            if (a instanceof Attribute.GraphValue g) {
                found.add(g.value());
            } else if (a instanceof Attribute.Graphs g) {
                found.addAll(g.values());
            }
        }
        return found;
    }

    public Node withInputs(List<String> newInputs) {
        return new Node(name, opType, domain, newInputs, outputs, attributes, extra);
    }

    /** This node with input {@code i} replaced. */
    public Node withInput(int i, String value) {
        List<String> in = new ArrayList<>(inputs);
        while (in.size() <= i) {
            in.add("");
        }
        in.set(i, value);
        return withInputs(in);
    }

    public Node withOutputs(List<String> newOutputs) {
        return new Node(name, opType, domain, inputs, newOutputs, attributes, extra);
    }

    public Node withName(String newName) {
        return new Node(newName, opType, domain, inputs, outputs, attributes, extra);
    }

    public Node with(String attribute, Attribute value) {
        Map<String, Attribute> a = new LinkedHashMap<>(attributes);
        a.put(attribute, value);
        return new Node(name, opType, domain, inputs, outputs, a, extra);
    }

    public Node without(String attribute) {
        Map<String, Attribute> a = new LinkedHashMap<>(attributes);
        a.remove(attribute);
        return new Node(name, opType, domain, inputs, outputs, a, extra);
    }
}

package espalier.graph;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** The value of a node's attribute. */
public sealed interface Attribute {
    record Int(long value) implements Attribute {}

    record Real(float value) implements Attribute {}

    /** Bytes, by convention UTF-8. */
    record Text(String value) implements Attribute {}

    record TensorValue(Tensor value) implements Attribute {}

    record GraphValue(Graph value) implements Attribute {}

    record Ints(List<Long> values) implements Attribute {}

    record Reals(List<Float> values) implements Attribute {}

    record Texts(List<String> values) implements Attribute {}

    record Tensors(List<Tensor> values) implements Attribute {}

    record Graphs(List<Graph> values) implements Attribute {}

    /** A reference to an attribute of the enclosing function, a sparse tensor, a type, or bytes that are not UTF-8: kept as they are. */
    record Raw(Extra extra) implements Attribute {}

    static Attribute of(long value) {
        return new Int(value);
    }

    static Attribute of(float value) {
        return new Real(value);
    }

    static Attribute of(String value) {
        return new Text(value);
    }

    static Attribute of(Tensor value) {
        return new TensorValue(value);
    }

    static Attribute ints(long... values) {
        return new Ints(java.util.Arrays.stream(values).boxed().toList());
    }

    /** The bytes of a text attribute, for those that hold something else than UTF-8. */
    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}

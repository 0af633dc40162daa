package espalier.onnx;

import espalier.graph.Attribute;
import java.util.List;

/** {@code AttributeProto.AttributeType}: the position in the list plus one is the number in the file. */
final class AttributeKind {
    private static final List<Class<? extends Attribute>> CLASSES = List.of(
            Attribute.Real.class,
            Attribute.Int.class,
            Attribute.Text.class,
            Attribute.TensorValue.class,
            Attribute.GraphValue.class,
            Attribute.Reals.class,
            Attribute.Ints.class,
            Attribute.Texts.class,
            Attribute.Tensors.class,
            Attribute.Graphs.class);
    private static final List<String> NAMES =
            List.of("float", "int", "string", "tensor", "graph", "floats", "ints", "strings", "tensors", "graphs");

    private AttributeKind() {}

    /** The number of an attribute's kind; 0 for one that is not interpreted. */
    static int of(Attribute a) {
        return CLASSES.indexOf(a.getClass()) + 1;
    }

    /** The number of a kind by its name in text form; 0 where there is none. */
    static int named(String name) {
        return NAMES.indexOf(name) + 1;
    }

    static String name(Attribute a) {
        return NAMES.get(of(a) - 1);
    }
}

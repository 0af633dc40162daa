package espalier.onnx;

import espalier.graph.Attribute;
import espalier.graph.Graph;
import espalier.graph.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** {@code AttributeProto.AttributeType}: the position in the list plus one is the number in the file. */
final class AttributeKind {
    static final int REAL = 1;

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
    /** From a kind to that of its list. */
    private static final int LIST = 5;

    private AttributeKind() {}

    /** The number of an attribute's kind; 0 for one that is not interpreted. */
    static int of(Attribute a) {
        return CLASSES.indexOf(a.getClass()) + 1;
    }

    /** The number of a kind by its name in text form; 0 where there is none. */
    static int named(String name) {
        return NAMES.indexOf(name) + 1;
    }

    static Optional<String> name(int kind) {
        return kind >= 1 && kind <= NAMES.size() ? Optional.of(NAMES.get(kind - 1)) : Optional.empty();
    }

    static String name(Attribute a) {
        return name(of(a)).orElse("reference");
    }

    /** The kind of the elements of a list; 0 where the kind is none of a list. */
    static int elementOf(int kind) {
        return Math.max(0, kind - LIST);
    }

    static List<Attribute> elements(Attribute list) {
        List<Attribute> out = new ArrayList<>();
        if (list instanceof Attribute.Reals v) {
            v.values().forEach(x -> out.add(new Attribute.Real(x)));
        } else if (list instanceof Attribute.Ints v) {
            v.values().forEach(x -> out.add(new Attribute.Int(x)));
        } else if (list instanceof Attribute.Texts v) {
            v.values().forEach(x -> out.add(new Attribute.Text(x)));
        } else if (list instanceof Attribute.Tensors v) {
            v.values().forEach(x -> out.add(new Attribute.TensorValue(x)));
        } else if (list instanceof Attribute.Graphs v) {
            v.values().forEach(x -> out.add(new Attribute.GraphValue(x)));
        }
        return out;
    }

    /**
     * Attributes of one kind as one list.
     *
     * @param kind of the list, or 0 to take it from the elements; whole numbers among floats are floats
     * @return empty where the elements are of several kinds, or none are there to tell
     */
    static Optional<Attribute> list(int kind, List<Attribute> elements) {
        int of = kind;
        for (Attribute a : elements) {
            of = of == 0 || a instanceof Attribute.Real ? of(a) + LIST : of;
        }
        List<Float> reals = new ArrayList<>();
        List<Long> ints = new ArrayList<>();
        List<String> texts = new ArrayList<>();
        List<Tensor> tensors = new ArrayList<>();
        List<Graph> graphs = new ArrayList<>();
        for (Attribute a : elements) {
            if (a instanceof Attribute.Real v) {
                reals.add(v.value());
            } else if (a instanceof Attribute.Int v && of == REAL + LIST) {
                reals.add((float) v.value());
            } else if (a instanceof Attribute.Int v) {
                ints.add(v.value());
            } else if (a instanceof Attribute.Text v) {
                texts.add(v.value());
            } else if (a instanceof Attribute.TensorValue v) {
                tensors.add(v.value());
            } else if (a instanceof Attribute.GraphValue v) {
                graphs.add(v.value());
            }
        }
        Attribute list = switch (of) {
            case 6 -> new Attribute.Reals(reals);
            case 7 -> new Attribute.Ints(ints);
            case 8 -> new Attribute.Texts(texts);
            case 9 -> new Attribute.Tensors(tensors);
            case 10 -> new Attribute.Graphs(graphs);
            default -> new Attribute.Raw(espalier.graph.Extra.NONE);
        };
        return elements(list).size() == elements.size() && of > LIST ? Optional.of(list) : Optional.empty();
    }
}

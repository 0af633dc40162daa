package espalier.pack;

import espalier.graph.Attribute;
import espalier.graph.DType;
import espalier.graph.Graph;
import espalier.graph.Model;
import espalier.graph.Node;
import espalier.graph.Shape;
import espalier.graph.Tensor;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * A model whose weights of few values are {@code Gather(codebook, Cast(labels))} with labels of one byte, or, where there are 16 values
 * or fewer and the operator set has them, of four bits: plain ONNX for any runtime, about four or eight times smaller. ONNX Runtime
 * folds it while it loads, so that it computes the same bits at the same speed.
 *
 * <p>Initializers leave the list of inputs, where files before IR version 4 had to name them: a value that a node makes cannot be one.
 */
public final class LabelledOnnx {
    private static final int LABELS = 256;
    private static final int SMALL = 16;
    /** The first operator set, and the first version of the format, with labels of four bits. */
    private static final int OPSET = 21;

    private static final int IR_VERSION = 10;
    /** The first version of the format in which initializers need not be inputs. */
    private static final int APART = 4;

    private LabelledOnnx() {}

    public static Model of(Model model) {
        Graph g = model.graph();
        boolean small = model.opset() >= OPSET && model.irVersion() >= IR_VERSION;
        Map<String, Tensor> initializers = new LinkedHashMap<>();
        List<Node> nodes = new ArrayList<>();
        g.initializers().forEach((name, t) -> {
            if (t.dtype() != DType.FLOAT || t.elements() <= 2 * LABELS) {
                initializers.put(name, t);
                return;
            }
            Elements e = Elements.of(t);
            Codebook.distinct(e.patterns(), 0, e.patterns().length, true, LABELS)
                    .ifPresentOrElse(
                            values -> {
                                String codebook = g.freshName(name + ".codebook");
                                String labels = g.freshName(name + ".labels");
                                String index = g.freshName(name + ".index");
                                initializers.put(codebook, floats(values));
                                initializers.put(labels, labels(e, values, t.shape(), small));
                                nodes.add(Node.of(
                                        "Cast",
                                        List.of(labels),
                                        List.of(index),
                                        Map.of("to", Attribute.of(DType.INT32.code()))));
                                nodes.add(Node.of("Gather", List.of(codebook, index), name));
                            },
                            () -> initializers.put(name, t));
        });
        if (nodes.isEmpty()) {
            return model;
        }
        nodes.addAll(g.nodes());
        return new Model(
                Math.max(APART, model.irVersion()),
                model.opsets(),
                model.producer(),
                g.withNodes(nodes).withInitializers(initializers).withInputs(g.requiredInputs()),
                model.metadata(),
                model.extra());
    }

    private static Tensor floats(int[] values) {
        float[] f = new float[values.length];
        for (int i = 0; i < f.length; i++) {
            f[i] = Float.intBitsToFloat(values[i]);
        }
        return Tensor.floats(Shape.of(f.length), f);
    }

    private static Tensor labels(Elements e, int[] values, Shape shape, boolean small) {
        if (small && values.length <= SMALL) {
            byte[] pairs = new byte[(int) DType.UINT4.bytes(shape.elements())];
            for (int i = 0; i < e.patterns().length; i++) {
                pairs[i / 2] |= (byte) (Arrays.binarySearch(values, e.patterns()[i]) << 4 * (i % 2));
            }
            return Tensor.of(DType.UINT4, shape, ByteBuffer.wrap(pairs));
        }
        ByteBuffer data = Tensor.allocate(DType.UINT8, shape);
        IntStream.of(e.patterns()).forEach(v -> data.put((byte) Arrays.binarySearch(values, v)));
        return Tensor.of(DType.UINT8, shape, data.flip());
    }
}

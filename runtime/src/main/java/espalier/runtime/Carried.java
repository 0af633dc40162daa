package espalier.runtime;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtException;
import espalier.graph.BadInputException;
import espalier.graph.Shape;
import espalier.graph.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What passes from stage to stage: tensors of ONNX Runtime, with a row for each sample that is still there. */
final class Carried implements AutoCloseable {
    private final Map<String, OnnxTensor> values = new HashMap<>();
    private final List<AutoCloseable> owned = new ArrayList<>();
    private int rows;

    private Carried(int rows) {
        this.rows = rows;
    }

    /**
     * What a run begins with.
     *
     * @param model its file, as messages call it
     * @param wanted names of its inputs
     */
    static Carried of(String model, List<String> wanted, Map<String, Tensor> inputs) {
        requireNames(model, wanted, inputs);
        Carried carried = new Carried(rows(model, inputs));
        try {
            inputs.forEach((name, t) -> carried.take(model, name, t));
            return carried;
        } catch (RuntimeException e) {
            carried.close();
            throw e;
        }
    }

    private static void requireNames(String model, List<String> wanted, Map<String, Tensor> inputs) {
        for (String name : inputs.keySet()) {
            if (!wanted.contains(name)) {
                throw BadInputException.of("%s: has no input '%s'; its inputs are %s", model, name, wanted);
            }
        }
        for (String name : wanted) {
            if (!inputs.containsKey(name)) {
                throw BadInputException.of("%s: needs input '%s', which was not given", model, name);
            }
        }
    }

    private static int rows(String model, Map<String, Tensor> inputs) {
        long rows = -1;
        for (Map.Entry<String, Tensor> input : inputs.entrySet()) {
            Shape shape = input.getValue().shape();
            if (shape.rank() == 0 || rows >= 0 && shape.dim(0) != rows) {
                throw BadInputException.of(
                        "%s: input '%s' is %s: every input needs a row for each sample", model, input.getKey(), shape);
            }
            rows = shape.dim(0);
        }
        return Math.toIntExact(Math.max(0, rows));
    }

    private void take(String model, String name, Tensor t) {
        try {
            put(name, HostTensors.toOrt(name, t));
        } catch (OrtException e) {
            throw OrtErrors.refused(model, "take input '" + name + "' " + t.shape(), e);
        }
    }

    private void put(String name, OnnxTensor t) {
        owned.add(t);
        values.put(name, t);
    }

    /** Samples that are still there. */
    int rows() {
        return rows;
    }

    /** Runs a stage and keeps what later ones read. */
    float[] through(OrtSession session, ExitManifest.File stage) {
        Map<String, OnnxTensor> inputs = new HashMap<>();
        for (String in : stage.inputs()) {
            OnnxTensor t = values.get(in);
            if (t == null) {
                throw BadInputException.of("%s: needs input '%s', which was not given", session.name(), in);
            }
            inputs.put(in, t);
        }
        var result = session.start(inputs);
        owned.add(result);
        for (String name : stage.carries()) {
            values.put(name, tensor(session, name, result.get(name).orElse(null)));
        }
        return tensor(session, stage.output(), result.get(stage.output()).orElse(null))
                .getFloatBuffer()
                .array();
    }

    private static OnnxTensor tensor(OrtSession session, String name, @Nullable OnnxValue value) {
        if (value instanceof OnnxTensor t) {
            return t;
        }
        throw BadInputException.of("%s: does not put out '%s'", session.name(), name);
    }

    /**
     * Only some samples stay.
     *
     * @param stay their rows, ascending
     * @param needed names of the values that later stages read; the others are forgotten
     */
    void keep(int[] stay, List<String> needed) {
        values.keySet().retainAll(needed);
        if (stay.length == rows) {
            return;
        }
        for (String name : List.copyOf(values.keySet())) {
            OnnxTensor all = java.util.Objects.requireNonNull(values.get(name));
            try {
                put(name, picked(all, stay));
            } catch (OrtException e) {
                throw OrtErrors.refused(name, "pick samples", e);
            }
        }
        rows = stay.length;
    }

    private OnnxTensor picked(OnnxTensor all, int[] stay) throws OrtException {
        ByteBuffer from = all.getByteBuffer();
        int row = from.capacity() / rows;
        ByteBuffer to = ByteBuffer.allocateDirect(row * stay.length).order(ByteOrder.nativeOrder());
        for (int s : stay) {
            to.put(from.duplicate().position(s * row).limit((s + 1) * row));
        }
        long[] shape = all.getInfo().getShape();
        shape[0] = stay.length;
        return OnnxTensor.createTensor(OrtSession.environment(), to.flip(), shape, all.getInfo().type);
    }

    @Override
    public void close() {
        for (AutoCloseable c : owned) {
            try {
                c.close();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
    }
}

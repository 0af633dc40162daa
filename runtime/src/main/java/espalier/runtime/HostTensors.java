package espalier.runtime;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.TensorInfo;
import espalier.graph.BadInputException;
import espalier.graph.DType;
import espalier.graph.Shape;
import espalier.graph.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Tensors of the host to ONNX Runtime and back. */
final class HostTensors {
    private HostTensors() {}

    static OnnxTensor toOrt(String input, Tensor t) throws OrtException {
        long[] shape = t.shape().toArray();
        if (t.dtype() == DType.STRING) {
            String[] texts = t.strings().stream()
                    .map(s -> new String(s, StandardCharsets.UTF_8))
                    .toArray(String[]::new);
            return OnnxTensor.createTensor(OrtSession.environment(), texts, shape);
        }
        ByteBuffer direct = ByteBuffer.allocateDirect((int) t.bytes()).order(ByteOrder.nativeOrder());
        direct.put(t.data()).flip();
        return OnnxTensor.createTensor(OrtSession.environment(), direct, shape, javaType(input, t.dtype()));
    }

    private static OnnxJavaType javaType(String input, DType dtype) {
        return switch (dtype) {
            case FLOAT -> OnnxJavaType.FLOAT;
            case DOUBLE -> OnnxJavaType.DOUBLE;
            case FLOAT16 -> OnnxJavaType.FLOAT16;
            case BFLOAT16 -> OnnxJavaType.BFLOAT16;
            case INT8 -> OnnxJavaType.INT8;
            case INT16 -> OnnxJavaType.INT16;
            case INT32 -> OnnxJavaType.INT32;
            case INT64 -> OnnxJavaType.INT64;
            case UINT8 -> OnnxJavaType.UINT8;
            case BOOL -> OnnxJavaType.BOOL;
            default ->
                throw BadInputException.of(
                        "input '%s' is %s, which ONNX Runtime does not take from Java: give the model another input type",
                        input, dtype.text());
        };
    }

    static Tensor copy(String output, OnnxValue value) throws OrtException {
        if (!(value instanceof OnnxTensor t)) {
            throw BadInputException.of(
                    "output '%s' is a %s, not a tensor", output, value.getType().name());
        }
        TensorInfo info = t.getInfo();
        Shape shape = Shape.of(info.getShape());
        DType dtype = dtype(info);
        if (dtype == DType.STRING) {
            return Tensor.ofStrings(shape, strings(t.getValue()));
        }
        if (shape.elements() == 0) {
            return Tensor.zeros(dtype, shape);
        }
        return Tensor.of(dtype, shape, t.getByteBuffer());
    }

    /** ONNX Runtime numbers the types in its own way but calls them by their names in ONNX. */
    private static DType dtype(TensorInfo info) {
        return DType.valueOf(info.onnxType.name().replace("ONNX_TENSOR_ELEMENT_DATA_TYPE_", ""));
    }

    /** Nested arrays of strings, flattened. */
    private static List<byte[]> strings(Object nested) {
        List<byte[]> flat = new ArrayList<>();
        if (nested instanceof Object[] array) {
            Arrays.stream(array).forEach(a -> flat.addAll(strings(a)));
        } else {
            flat.add(nested.toString().getBytes(StandardCharsets.UTF_8));
        }
        return flat;
    }
}

package espalier.op;

import espalier.graph.DType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Conversion between real numbers and small integers. */
final class QuantizationShapes implements ShapeTable {
    @Override
    public @Nullable ShapeRule rule(String op) {
        return switch (op) {
            case "QuantizeLinear" -> s -> List.of(new TensorType(quantized(s), s.shape(0)));
            case "DequantizeLinear" ->
                s -> List.of(new TensorType(s.dtypeAttr("output_dtype").orElse(s.dtype(1)), s.shape(0)));
            case "DynamicQuantizeLinear" ->
                s -> List.of(
                        new TensorType(DType.UINT8, s.shape(0)),
                        TensorType.of(DType.FLOAT),
                        TensorType.of(DType.UINT8));
            default -> null;
        };
    }

    private static DType quantized(Site s) {
        return s.has(2) ? s.dtype(2) : s.dtypeAttr("output_dtype").orElse(DType.UINT8);
    }
}

package espalier.op;

import espalier.graph.DType;
import java.util.List;
import java.util.Map;

/** Conversion between real numbers and small integers. */
final class QuantizationShapes {
    private QuantizationShapes() {}

    static void addTo(Map<String, ShapeRule> rules) {
        rules.put("QuantizeLinear", s -> List.of(new TensorType(quantized(s), s.shape(0))));
        rules.put(
                "DequantizeLinear",
                s -> List.of(new TensorType(s.dtypeAttr("output_dtype").orElse(s.dtype(1)), s.shape(0))));
        rules.put(
                "DynamicQuantizeLinear",
                s -> List.of(
                        new TensorType(DType.UINT8, s.shape(0)),
                        TensorType.of(DType.FLOAT),
                        TensorType.of(DType.UINT8)));
    }

    private static DType quantized(Site s) {
        return s.has(2) ? s.dtype(2) : s.dtypeAttr("output_dtype").orElse(DType.UINT8);
    }
}

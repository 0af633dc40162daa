package espalier.op;

import espalier.graph.DType;
import espalier.graph.Shape;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Operators that normalise: the output is shaped as the input, statistics are smaller. */
final class NormalizationShapes implements ShapeTable {
    @Override
    public @Nullable ShapeRule rule(String op) {
        return switch (op) {
            case "GroupNormalization",
                    "InstanceNormalization",
                    "LRN",
                    "LpNormalization",
                    "MeanVarianceNormalization",
                    "RMSNormalization" -> Site::same;
            case "BatchNormalization" -> NormalizationShapes::batch;
            case "LayerNormalization" -> NormalizationShapes::layer;
            default -> null;
        };
    }

    /**
     * Opset 14 on: Y and the running statistics; before: Y, mean, variance and two saved statistics, and up to 8 {@code spatial} 0 for
     * statistics per element.
     */
    private static List<TensorType> batch(Site s) {
        TensorType x = s.type(0);
        long channels = x.shape().rank() < 2 ? 1 : x.shape().dim(1);
        TensorType mean = s.type(3);
        boolean perChannel = s.node().intAttr("spatial", 1) != 0;
        if (perChannel && x.shape().rank() >= 2 && mean.shape().elements() != channels) {
            throw s.error("statistics of shape %s do not fit an input of shape %s", mean.shape(), x.shape());
        }
        return List.of(x, mean, mean, mean, mean);
    }

    /** The statistics keep the normalised axes with size 1; their type is {@code stash_type}. */
    private static List<TensorType> layer(Site s) {
        TensorType x = s.type(0);
        long[] d = x.shape().toArray();
        for (int i = s.axisAttr(-1, d.length); i < d.length; i++) {
            d[i] = 1;
        }
        TensorType statistic = new TensorType(s.dtypeAttr("stash_type").orElse(DType.FLOAT), Shape.of(d));
        return List.of(x, statistic, statistic);
    }
}

package espalier.calibrate;

import espalier.graph.DType;
import espalier.graph.Shape;
import espalier.graph.Tensor;
import espalier.torch.Tensors;
import java.util.Arrays;
import org.bytedeco.javacpp.PointerScope;

/** Floating tensors as arrays of doubles and back. */
final class Doubles {
    private Doubles() {}

    static double[] of(Tensor t) {
        double[] out = new double[Math.toIntExact(t.elements())];
        Arrays.setAll(out, t::doubleAt);
        return out;
    }

    static double[] of(org.bytedeco.pytorch.Tensor t) {
        double[] out = new double[Math.toIntExact(t.numel())];
        Tensors.toHost(t, DType.DOUBLE).data().asDoubleBuffer().get(out);
        return out;
    }

    /** The values, rounded to a floating type. */
    static Tensor tensor(DType type, Shape shape, double... values) {
        Tensor exact = Tensor.doubles(shape, values);
        if (type == DType.DOUBLE) {
            return exact;
        }
        try (PointerScope scope = new PointerScope()) {
            return Tensors.toHost(Tensors.of(exact), type);
        }
    }

    static Tensor vector(DType type, double... values) {
        return tensor(type, Shape.of(values.length), values);
    }
}

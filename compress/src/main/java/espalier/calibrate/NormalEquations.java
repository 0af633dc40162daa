package espalier.calibrate;

import espalier.torch.Tensors;
import java.util.Optional;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Least squares from a stream of rows: X^T X and X^T Y in double precision, whatever the number of rows. */
final class NormalEquations implements AutoCloseable {
    private final Tensor xx;
    private final Tensor xy;

    NormalEquations(long features, long targets) {
        this.xx = zeros(features, features);
        this.xy = zeros(features, targets);
    }

    private static Tensor zeros(long rows, long columns) {
        try (PointerScope scope = new PointerScope()) {
            Tensor t =
                    Tensors.empty(new long[] {rows, columns}, ScalarType.Double).zero_();
            t.retainReference();
            return t;
        }
    }

    /**
     * @param x [rows, features]
     * @param y [rows, targets]
     */
    void add(Tensor x, Tensor y) {
        Tensor transposed = x.t();
        xx.add_(torch.matmul(transposed, x));
        xy.add_(torch.matmul(transposed, y));
    }

    /**
     * The W that minimizes |Y - X W|^2 + ridge |W - old|^2; nothing where the features are all zero or not finite.
     *
     * @param old [features, targets]
     * @param ridge relative to the mean square of a feature
     */
    Optional<Tensor> solve(Tensor old, double ridge) {
        double scale = xx.diagonal().mean().item_double();
        if (!(scale > 0) || Double.isInfinite(scale)) {
            return Optional.empty();
        }
        Tensor regular = xx.clone();
        regular.diagonal().add_(new Scalar(ridge * scale));
        Tensor step = torch.linalg_solve(regular, xy.sub(torch.matmul(xx, old)));
        Tensor found = old.add(step);
        return Double.isFinite(found.abs().sum().item_double()) ? Optional.of(found) : Optional.empty();
    }

    @Override
    public void close() {
        xx.releaseReference();
        xy.releaseReference();
    }
}

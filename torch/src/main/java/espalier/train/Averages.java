package espalier.train;

import java.util.Map;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/** Averaged weights and running statistics of a program. */
final class Averages {
    private final Map<String, Tensor> current;
    private final Kept averages;

    /**
     * @param current what is averaged, by name
     * @param averages where the averages are
     */
    Averages(Map<String, Tensor> current, Kept averages) {
        this.current = current;
        this.averages = averages;
    }

    void take(double share) {
        Scalar weight = new Scalar(share);
        current.forEach(
                (name, now) -> averages.get(name, () -> now.detach().clone()).lerp_(now.detach(), weight));
    }

    /** Exchanges current and averaged contents; a second call undoes the first. */
    void swap() {
        current.forEach((name, t) -> {
            Tensor average = averages.all().get(name);
            if (average != null) {
                Tensor now = t.detach();
                Tensor saved = now.clone();
                now.copy_(average);
                average.copy_(saved);
            }
        });
    }
}

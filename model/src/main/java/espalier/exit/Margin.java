package espalier.exit;

import espalier.config.Method;
import java.util.List;

/**
 * Leaves where the two largest class probabilities are at least the threshold apart: a score margin as in Park, Kim, Lee, Yoo, Kim:
 * Big/Little Deep Neural Network for Ultra Low Power Inference, 2015, section 3.
 */
@Method(
        key = "margin",
        summary = "leave where the two largest class probabilities are far apart",
        paper = "Park et al.: Big/Little Deep Neural Network for Ultra Low Power Inference, 2015")
public record Margin() implements ExitRule {
    @Override
    public double measure(List<float[]> passed) {
        double first = 0;
        double second = 0;
        for (float p : passed.get(passed.size() - 1)) {
            if (p > first) {
                second = first;
                first = p;
            } else {
                second = Math.max(second, p);
            }
        }
        return first - second;
    }
}

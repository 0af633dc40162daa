package espalier.exit;

import espalier.config.Method;
import java.util.List;

/**
 * Leaves where so many exits in a row, before this one, gave the same class as this one. Zhou, Xu, Ge, McAuley, Xu, Wei: BERT Loses
 * Patience, 2020, arXiv:2006.04152, equation 4. The threshold is their patience t, one for all exits.
 */
@Method(
        key = "patience",
        summary = "leave where the exits passed before agree with this one",
        paper = "Zhou et al.: BERT Loses Patience, 2020, arXiv:2006.04152")
public record Patience() implements ExitRule {
    @Override
    public double measure(List<float[]> passed) {
        int newest = Probabilities.top(passed.get(passed.size() - 1));
        int agreeing = 0;
        for (int i = passed.size() - 2; i >= 0 && Probabilities.top(passed.get(i)) == newest; i--) {
            agreeing++;
        }
        return agreeing;
    }

    @Override
    public boolean isThresholdShared() {
        return true;
    }
}

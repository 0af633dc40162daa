package espalier.prune;

import espalier.config.Method;
import espalier.graph.Model;
import espalier.work.Outcome;
import espalier.work.Workbench;
import java.util.ArrayList;
import java.util.List;

/**
 * Single weights, set to zero wherever they lie: Han, Pool, Tran, Dally: Learning both Weights and Connections for Efficient Neural
 * Networks, 2015, arXiv:1506.02626. Shapes stay, so the network is not faster; a sparse file is smaller.
 */
@Method(
        key = "weights",
        summary = "single weights, set to zero: a smaller sparse file, not a faster network",
        paper = "Han et al.: Learning both Weights and Connections, 2015, arXiv:1506.02626")
public record SingleWeights() implements Granularity, WeightPattern {
    @Override
    public Outcome prune(Prune settings, Model model, Workbench bench) {
        return new WeightPruning(settings, this, bench).run(model);
    }

    @Override
    public Plan plan(Prune settings, Model model, Workbench bench) {
        return new WeightPlan(model, settings, this, Sensitivity.UNKNOWN);
    }

    @Override
    public List<float[]> masks(List<Matrix> matrices, List<Scored> scores, Selection selection, double ratio) {
        double[] kept = selection.kept(scores, ratio);
        List<float[]> masks = new ArrayList<>();
        for (int i = 0; i < kept.length; i++) {
            masks.add(WeightPattern.strongest(scores.get(i).scores(), WeightPattern.rounded(kept[i])));
        }
        return masks;
    }
}

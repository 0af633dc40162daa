package espalier.prune;

import espalier.calibrate.UnfoldBatchNorm;
import espalier.channel.ChannelGroup;
import espalier.channel.Role;
import espalier.channel.Slot;
import espalier.config.Key;
import espalier.config.Method;
import espalier.graph.BadInputException;
import espalier.graph.Model;
import espalier.train.Training;
import espalier.work.Against;
import espalier.work.Outcome;
import espalier.work.Retraining;
import espalier.work.Workbench;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Network slimming. Liu, Li, Shen, Huang, Yan, Zhang: Learning Efficient Convolutional Networks through Network Slimming, ICCV 2017,
 * arXiv:1708.06519.
 *
 * <p>L = loss + lambda sum |gamma| over the scales of batch norm (equation 1), trained until unimportant channels have a small scale;
 * then s_j = |gamma_j|. Where several batch norms lie on the same channels, as in residual networks, their scales are added. Where
 * an exporter folded batch norm away it is put back first.
 *
 * @param lambda weight of the penalty; the paper takes 1e-4 to 1e-5
 * @param training with the penalty, before channels are judged
 */
@Method(
        key = "slimming",
        summary = "scale of the channel's batch norm, after training with an L1 penalty on it",
        paper = "Liu et al.: Network Slimming, 2017, arXiv:1708.06519")
public record Slimming(
        @Key("weight of the penalty on batch-norm scales") double lambda, Training training) implements Importance {
    public Slimming() {
        this(1e-4, new Training().withEpochs(3).withLearningRate(0.02));
    }

    public Slimming {
        if (!(lambda >= 0)) {
            throw BadInputException.of("lambda must not be negative, got %s", lambda);
        }
    }

    @Override
    public List<double[]> ofUnits(List<ChannelGroup> groups, Evidence evidence) {
        Set<String> scales = scales(evidence.model());
        List<double[]> scores = new ArrayList<>();
        for (ChannelGroup g : groups) {
            double[] sums = new double[g.size()];
            List<Slot> normalized = g.slots(Role.CHANNEL).stream()
                    .filter(s -> scales.contains(s.initializer()))
                    .toList();
            if (normalized.isEmpty()) {
                throw BadInputException.of(
                        "layer '%s' has no batch norm to judge it by: exclude it, or take another importance, as l1",
                        g.name());
            }
            for (Slot s : normalized) {
                Norms.add(sums, s.sums(g, evidence.weights(s.initializer()), Math::abs));
            }
            scores.add(sums);
        }
        return scores;
    }

    private static Set<String> scales(Model model) {
        Set<String> scales = new LinkedHashSet<>();
        model.graph().nodes().stream().filter(n -> n.is("BatchNormalization")).forEach(n -> scales.add(n.input(1)));
        return scales;
    }

    @Override
    public Optional<Training> preparation() {
        return lambda == 0 ? Optional.empty() : Optional.of(training);
    }

    @Override
    public Outcome prepared(Model model, Workbench bench) {
        Model normalized = new UnfoldBatchNorm().apply(model, bench.calibration(model));
        return lambda == 0
                ? new Outcome(normalized, List.of())
                : Retraining.run(
                        training,
                        Against.AUTO,
                        normalized,
                        bench.part("slimming"),
                        new ScalePenalty(lambda, scales(normalized)));
    }
}

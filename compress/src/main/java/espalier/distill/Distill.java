package espalier.distill;

import espalier.config.Family;
import espalier.config.Key;
import espalier.graph.BadInputException;
import espalier.train.Training;
import espalier.work.Networks;
import espalier.work.ReadsFiles;
import java.util.List;
import java.util.OptionalDouble;

/**
 * Settings of the step {@code distill}.
 *
 * @param teacher ONNX files; several are averaged; the original network when left out
 * @param loss how far the student is from the teacher
 * @param weights one for each loss; all 1 when left out
 * @param balance whether losses of other scales are brought to that of the labels
 * @param labelWeight w: (1 - w) distillation + w cross-entropy; empty for 0.5 beside a loss on the labels' scale, 0.8 beside others,
 *     0 without labels
 * @param regime who teaches whom
 * @param firstEpochs of a first stage, in which hint and fsp train alone as in their papers; 0 trains all losses together
 * @param cache whether the teacher's outputs are kept on disk when they are the same in every epoch
 * @param training of each student
 */
public record Distill(
        @Key("ONNX files, several are averaged; the original network when left out")
        List<String> teacher,

        @Key("how far the student is from the teacher, several with commas")
        List<Distillation> loss,

        @Key("one for each loss, all 1 when left out") List<Double> weights,

        @Key("bring losses of other scales to that of the labels")
        boolean balance,

        @Key(
                "share of the labels, 0 to 1; when left out 0.5 beside a loss on their scale, such as soft-targets, and 0.8 beside others")
        OptionalDouble labelWeight,

        @Key("who teaches whom") Regime regime,

        @Key("epochs of a first stage in which hint and fsp train alone, 0 for none")
        int firstEpochs,

        @Key("keep the teacher's outputs on disk when every epoch has the same")
        boolean cache,

        Training training)
        implements ReadsFiles {
    public Distill() {
        this(
                List.of(),
                List.of(new SoftTargets()),
                List.of(),
                true,
                OptionalDouble.empty(),
                new Plain(),
                0,
                true,
                new Training());
    }

    public Distill {
        teacher = List.copyOf(teacher);
        loss = List.copyOf(loss);
        weights = List.copyOf(weights);
        if (loss.isEmpty()) {
            throw new BadInputException("loss is empty: name at least one, such as soft-targets");
        }
        if (!weights.isEmpty() && weights.size() != loss.size()) {
            throw BadInputException.of(
                    "weights has %d numbers for %d losses: give one for each", weights.size(), loss.size());
        }
        weights.forEach(w -> Demand.positive("weights", w));
        labelWeight.ifPresent(w -> {
            if (!(w >= 0 && w <= 1)) {
                throw BadInputException.of("label-weight must lie between 0 and 1, got %s", w);
            }
        });
        if (firstEpochs < 0) {
            throw BadInputException.of("first-epochs must not be negative, got %d", firstEpochs);
        }
        if (firstEpochs > 0 && loss.stream().noneMatch(Distillation::goesFirst)) {
            throw new BadInputException("first-epochs is for hint and fsp: add one of them to loss, or leave it out");
        }
        requireOneForFeatures(teacher, loss);
        teacher.stream().filter(Networks::isNew).forEach(t -> {
            throw BadInputException.of(
                    "teacher '%s' is a new network, which knows nothing: train it first (espalier train %s), then name its file",
                    t, t);
        });
    }

    private static void requireOneForFeatures(List<String> teacher, List<Distillation> loss) {
        for (Distillation l : loss) {
            if (teacher.size() > 1 && !onScores(l)) {
                throw BadInputException.of(
                        "teacher names %d networks, but %s compares features, which cannot be averaged: name one",
                        teacher.size(), Family.keyOf(l));
            }
        }
    }

    /** Whether a loss compares nothing but scores. */
    static boolean onScores(Distillation loss) {
        return loss.points().where() == Points.Where.SCORES && loss.points().chosenByUs() && !loss.differentiates();
    }

    double weight(int i) {
        return weights.isEmpty() ? 1 : weights.get(i);
    }

    @Override
    public void beginsWithNew() {
        if (teacher.isEmpty() && !(regime instanceof Mutual)) {
            throw new BadInputException(
                    "teacher is missing: a new network cannot learn from itself, name an ONNX file");
        }
    }

    @Override
    public List<String> files() {
        return java.util.stream.Stream.concat(teacher.stream(), regime.networks().stream())
                .filter(n -> !Networks.isNew(n))
                .toList();
    }
}

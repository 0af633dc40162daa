package espalier.recipe;

import espalier.distill.Distill;
import espalier.dynamic.ExitTraining;
import espalier.dynamic.Exits;
import espalier.dynamic.Slim;
import espalier.dynamic.SlimTraining;
import espalier.dynamic.Width;
import espalier.exit.ExitPoints;
import espalier.factorize.Factorization;
import espalier.factorize.Factorize;
import espalier.graph.BadInputException;
import espalier.graph.Model;
import espalier.prune.Prune;
import espalier.prune.Pruning;
import espalier.quantize.Binaries;
import espalier.quantize.Binarize;
import espalier.quantize.Cluster;
import espalier.quantize.Clusters;
import espalier.quantize.Quantization;
import espalier.quantize.Quantize;
import espalier.train.Training;
import espalier.width.Widths;
import espalier.work.Outcome;
import espalier.work.Retraining;
import espalier.work.Workbench;
import java.util.List;
import java.util.Optional;

/**
 * A kind of step: the key that recipes and commands use, and what it does.
 *
 * @param key as {@code prune}
 * @param summary one line for the help
 * @param defaults its settings when none are written
 * @param action what it does
 */
public record StepKind<C extends Record>(String key, String summary, C defaults, Action<C> action) {

    /** Makes one model from another. */
    @FunctionalInterface
    public interface Action<C> {
        Outcome run(C config, Model input, Workbench bench);
    }

    /** All steps there are. */
    public static final List<StepKind<?>> ALL = List.of(
            new StepKind<>("train", "train a network with labels", new Training(), Retraining::train),
            new StepKind<>("prune", "remove the channels that matter least, and retrain", new Prune(), Pruning::run),
            new StepKind<>("cluster", "let few values stand for all weights of a layer", new Cluster(), Clusters::run),
            new StepKind<>("binarize", "let weights be two or three values", new Binarize(), Binaries::run),
            new StepKind<>(
                    "quantize",
                    "compute on 8-bit whole numbers where that is faster",
                    new Quantize(),
                    Quantization::run),
            new StepKind<>(
                    "distill",
                    "train a network to be close to a teacher",
                    new Distill(),
                    (how, student, bench) -> how.regime().run(how, student, bench)),
            new StepKind<>(
                    "factorize",
                    "split layers into chains of smaller ones, and retrain",
                    new Factorize(),
                    Factorization::run),
            new StepKind<>(
                    "exits",
                    "attach classifiers inside a network, so that easy samples leave early",
                    new Exits(),
                    ExitTraining::run),
            new StepKind<>(
                    "slim", "train one set of weights that works at several widths", new Slim(), SlimTraining::run),
            new StepKind<>(
                    "width",
                    "take one width out of a network that has several",
                    new Width(),
                    (how, model, bench) -> how.take(model)));

    public static Optional<StepKind<?>> find(String key) {
        return ALL.stream().filter(k -> k.key.equals(key)).findFirst();
    }

    static List<String> keys() {
        return ALL.stream().<String>map(StepKind::key).toList();
    }

    /**
     * Looks at the kind of step that follows in a recipe.
     *
     * @throws BadInputException when it cannot go on from what this one makes
     */
    void requireNext(StepKind<?> next) {
        if (defaults instanceof Exits) {
            throw BadInputException.of(
                    "step '%s' after '%s': its thresholds would not fit: put '%s' last", next.key, key, key);
        }
        if (defaults instanceof Slim && !(next.defaults instanceof Width)) {
            throw BadInputException.of(
                    "step '%s' after '%s': take one of the widths first, with the step 'width'", next.key, key);
        }
    }

    /** Takes the step with settings of this kind. */
    @SuppressWarnings("unchecked") // a step's config is made from its kind's defaults
    public Outcome run(Record config, Model input, Workbench bench) {
        if (!(config instanceof Width)) {
            Widths.of(input).ifPresent(Widths::refuse);
        }
        ExitPoints.of(input).ifPresent(ExitPoints::refuse);
        return action.run((C) config, input, bench);
    }
}

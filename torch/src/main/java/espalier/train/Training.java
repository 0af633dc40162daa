package espalier.train;

import espalier.config.Key;
import espalier.data.Augmentation;
import espalier.graph.BadInputException;
import espalier.torch.Precision;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * Everything about a training run that a user may set.
 *
 * @param epochs passes over the training data, at least 1
 * @param steps the run ends after so many even if epochs remain
 * @param batch samples in a step
 * @param optimizer how gradients change weights
 * @param learningRate instead of the optimizer's own
 * @param schedule of the learning rate over the run
 * @param warmUp epochs, possibly broken, during which the learning rate rises to where the schedule begins
 * @param labelSmoothing share of a label's weight that is spread over all classes: Szegedy et al., 2015, arXiv:1512.00567, section 7
 * @param averaging which weights the run ends with
 * @param clip gradients are scaled down to this norm over all parameters together; 0 leaves them
 * @param patience epochs without a better validation result after which the run ends, with the best weights; 0 never ends it
 * @param validation share of the training data that is held back to judge by; 0 holds none back
 * @param augmentation of training images
 * @param precision bf16 is faster only on CPUs that have it
 * @param seed of every random choice but that of the samples held back, which are the same in every run
 */
public record Training(
        @Key("passes over the training data") int epochs,

        @Key("end after so many steps even if epochs remain")
        OptionalLong steps,

        @Key("samples in a step") int batch,
        @Key("how gradients change weights") Optimizer optimizer,

        @Key("highest learning rate, instead of the optimizer's own")
        OptionalDouble learningRate,

        @Key("how the learning rate goes over the run") Schedule schedule,

        @Key("epochs during which the learning rate rises at first, as 0.5")
        double warmUp,

        @Key("share of a label's weight spread over all classes")
        double labelSmoothing,

        @Key("which weights the run ends with") Averaging averaging,

        @Key("largest norm of all gradients together, 0 for any")
        double clip,

        @Key("end after so many epochs without a better validation result, 0 for never")
        int patience,

        @Key("share of the training data held back to judge by, as 5%")
        double validation,

        Augmentation augmentation,

        @Key("arithmetic; bf16 is faster only on CPUs that have it")
        Precision precision,

        @Key("of every random choice") long seed) {

    public Training() {
        this(
                10,
                OptionalLong.empty(),
                128,
                new Sgd(),
                OptionalDouble.empty(),
                new OneCycle(),
                0,
                0,
                new NoAveraging(),
                1,
                0,
                0,
                new Augmentation(),
                Precision.FLOAT,
                0);
    }

    public Training {
        Checks.positive("epochs", epochs);
        steps.ifPresent(s -> Checks.positive("steps", s));
        Checks.positive("batch", batch);
        learningRate.ifPresent(r -> Checks.positive("learning-rate", r));
        Checks.notNegative("warm-up", warmUp);
        Checks.shareBelowOne("label-smoothing", labelSmoothing);
        Checks.notNegative("clip", clip);
        Checks.notNegative("patience", patience);
        Checks.shareBelowOne("validation", validation);
        if (patience > 0 && validation == 0) {
            throw BadInputException.of("patience needs validation data: set validation, as 5%%, or leave patience out");
        }
    }

    /** The optimizer with the learning rate that counts. */
    Optimizer pacedOptimizer() {
        return learningRate.isPresent() ? optimizer.withLearningRate(learningRate.getAsDouble()) : optimizer;
    }

    /** Steps of the whole run. */
    public long totalSteps(int stepsPerEpoch) {
        return Math.min(Math.multiplyExact((long) epochs, stepsPerEpoch), steps.orElse(Long.MAX_VALUE));
    }

    public Training withEpochs(int newEpochs) {
        return new Training(
                newEpochs,
                steps,
                batch,
                optimizer,
                learningRate,
                schedule,
                warmUp,
                labelSmoothing,
                averaging,
                clip,
                patience,
                validation,
                augmentation,
                precision,
                seed);
    }

    public Training withSteps(OptionalLong newSteps) {
        return new Training(
                epochs,
                newSteps,
                batch,
                optimizer,
                learningRate,
                schedule,
                warmUp,
                labelSmoothing,
                averaging,
                clip,
                patience,
                validation,
                augmentation,
                precision,
                seed);
    }

    /** The optimizer at this rate: as a default, another optimizer does not inherit it. */
    public Training withLearningRate(double newRate) {
        return new Training(
                epochs,
                steps,
                batch,
                optimizer.withLearningRate(newRate),
                OptionalDouble.empty(),
                schedule,
                warmUp,
                labelSmoothing,
                averaging,
                clip,
                patience,
                validation,
                augmentation,
                precision,
                seed);
    }

    public Training withSeed(long newSeed) {
        return new Training(
                epochs,
                steps,
                batch,
                optimizer,
                learningRate,
                schedule,
                warmUp,
                labelSmoothing,
                averaging,
                clip,
                patience,
                validation,
                augmentation,
                precision,
                newSeed);
    }
}

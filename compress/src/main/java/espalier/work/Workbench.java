package espalier.work;

import espalier.data.Augmentation;
import espalier.data.Batches;
import espalier.data.Batching;
import espalier.data.DataSet;
import espalier.data.DataSource;
import espalier.data.Normalization;
import espalier.data.Split;
import espalier.graph.Model;
import espalier.graph.Shape;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * What a step of a run works with.
 *
 * @param original the network before anything was taken from it: the teacher when labels are missing
 * @param data to train and to measure on
 * @param normalization of the data, as the network expects it
 * @param referee judges models
 * @param monitor is told what happens
 * @param checkpoint a file of this step alone, for work that may be interrupted
 * @param seed of this step's random choices
 * @param origin where the original comes from, when that is known
 * @param base what file names in settings are relative to
 */
public record Workbench(
        Model original,
        DataSource data,
        Normalization normalization,
        Referee referee,
        Monitor monitor,
        Path checkpoint,
        long seed,
        Optional<Origin> origin,
        Path base) {
    private static final int MEASURING_BATCH = 100;
    private static final int CALIBRATING_BATCH = 128;

    /** A workbench on which file names are relative to the working folder. */
    public Workbench(
            Model original,
            DataSource data,
            Normalization normalization,
            Referee referee,
            Monitor monitor,
            Path checkpoint,
            long seed,
            Optional<Origin> origin) {
        this(original, data, normalization, referee, monitor, checkpoint, seed, origin, Path.of(""));
    }

    /** This workbench for one of several trainings of a step: with a checkpoint of its own. */
    public Workbench part(String name) {
        String file = String.valueOf(checkpoint.getFileName()).replaceFirst("(\\.ckpt)?$", "." + name + ".ckpt");
        return new Workbench(
                original, data, normalization, referee, monitor, checkpoint.resolveSibling(file), seed, origin, base);
    }

    /** Shapes of the network's inputs on these data, with a batch of 1. */
    public Map<String, Shape> shapes() {
        return data.shapes();
    }

    public Workbench withSeed(long newSeed) {
        return new Workbench(original, data, normalization, referee, monitor, checkpoint, newSeed, origin, base);
    }

    /** Another network that takes these data: a file, or {@code zoo:NAME} for a new one with weights from {@code newSeed}. */
    public Model network(String name, long newSeed) {
        Model network = Networks.named(name, base, data.train(), original, newSeed);
        return Networks.isNew(name) ? Adapted.inShape(network, shapes()) : Adapted.of(network, normalization, shapes());
    }

    /** This workbench with other data of the same kind, such as a part of them. */
    public Workbench withData(DataSource others) {
        return new Workbench(original, others, normalization, referee, monitor, checkpoint, seed, origin, base);
    }

    /** Training data in random order, without augmentation: to look at a network, not to train it. */
    public Batches calibration(Model model) {
        return calibration(model, CALIBRATING_BATCH);
    }

    /** As {@link #calibration(Model)}, in batches of a size, unless the model was made for another. */
    public Batches calibration(Model model, int batch) {
        int size = Math.min(
                fixedBatch(model).orElse(batch), Math.max(1, data.train().size()));
        return Batches.of(data.train(), Batching.shuffled(size, seed, Augmentation.NONE, normalization));
    }

    /** As many random samples of the training data, all where there are fewer, in batches for measuring. */
    public Batches sample(Model model, int samples) {
        DataSet all = data.train();
        DataSet part = samples < all.size() ? Split.ofCount(all, samples, seed).validation() : all;
        return Batches.of(part, Batching.inOrder(fixedBatch(model).orElse(MEASURING_BATCH), normalization));
    }

    /** The part of the data to measure a model on, in order, with the network's normalization. */
    public Batches testBatches(Model model) {
        return testBatches(model, data, normalization);
    }

    /** In batches of the size the model was made for, or of a good size where it takes any. */
    public static Batches testBatches(Model model, DataSource data, Normalization normalization) {
        return Batches.of(
                data.forMeasuring(), Batching.inOrder(fixedBatch(model).orElse(MEASURING_BATCH), normalization));
    }

    /** The batch that the model was made for, where it takes no other. */
    private static Optional<Integer> fixedBatch(Model model) {
        return model.graph().requiredInputs().stream()
                .flatMap(i -> i.dims().stream())
                .filter(dims -> !dims.isEmpty() && dims.get(0).isFixed())
                .map(dims -> Math.toIntExact(dims.get(0).size()))
                .findFirst();
    }
}

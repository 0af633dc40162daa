package espalier.work;

import espalier.data.Batches;
import espalier.data.Batching;
import espalier.data.DataSource;
import espalier.data.Normalization;
import espalier.graph.Model;
import java.nio.file.Path;

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
 */
public record Workbench(
        Model original,
        DataSource data,
        Normalization normalization,
        Referee referee,
        Monitor monitor,
        Path checkpoint,
        long seed) {
    private static final int MEASURING_BATCH = 100;

    /** The part of the data to measure a model on, in order, with the network's normalization. */
    public Batches testBatches(Model model) {
        return testBatches(model, data, normalization);
    }

    /** In batches of the size the model was made for, or of a good size where it takes any. */
    public static Batches testBatches(Model model, DataSource data, Normalization normalization) {
        int size = model.graph().requiredInputs().stream()
                .flatMap(i -> i.dims().stream())
                .filter(dims -> !dims.isEmpty() && dims.get(0).isFixed())
                .map(dims -> Math.toIntExact(dims.get(0).size()))
                .findFirst()
                .orElse(MEASURING_BATCH);
        return Batches.of(data.forMeasuring(), Batching.inOrder(size, normalization));
    }
}

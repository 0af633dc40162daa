package espalier.cli;

import espalier.data.Batches;
import espalier.data.Batching;
import espalier.data.Data;
import espalier.data.DataSet;
import espalier.data.DataSource;
import espalier.data.Normalization;
import espalier.data.Reading;
import espalier.data.Split;
import espalier.graph.BadInputException;
import espalier.graph.Model;
import espalier.runtime.OrtSession;
import espalier.work.Evaluation;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Which of the samples to measure on, and what is done to them. */
final class SampleOptions {
    /** Which part of the data. */
    enum Part {
        TRAIN,
        TEST
    }

    @Option(names = "--split", paramLabel = "PART", description = "train or test (default: test, where there is one).")
    private Optional<Part> part = Optional.empty();

    @Option(
            names = "--limit",
            paramLabel = "N",
            converter = PositiveCount.class,
            description = "Look at the first N samples only.")
    private Optional<Integer> limit = Optional.empty();

    @Option(
            names = "--label-column",
            paramLabel = "NAME",
            description = "The column with the class in a CSV file (default: the last).")
    private Optional<String> labelColumn = Optional.empty();

    @Option(
            names = "--normalize",
            paramLabel = "MEANS/STDS",
            description = "What the model expects (default: what it says itself, else pixels from 0 to 1).")
    private Optional<String> normalize = Optional.empty();

    /** Read once for all models that want the same. */
    private final Map<Reading, DataSet> opened = new HashMap<>();

    /** Opens what the user named as data, images in the size that the model wants. */
    DataSet open(String data, ModelFile model) throws IOException {
        Reading any = new Reading(DataFolders.all(), Optional.empty(), labelColumn);
        Reading how = any.withImageOf(model.model().graph());
        DataSet known = opened.get(how);
        if (known != null) {
            return known;
        }
        DataSource source = Data.open(data, how);
        DataSet chosen = part.isEmpty() ? source.forMeasuring() : part(data, source);
        DataSet set = limit.isPresent() ? Split.first(chosen, limit.get()) : chosen;
        opened.put(how, set);
        return set;
    }

    private DataSet part(String spec, DataSource source) {
        if (part.get() == Part.TRAIN) {
            return source.train();
        }
        return source.test()
                .orElseThrow(() -> BadInputException.of("%s: is not divided: leave --split test out", spec));
    }

    /** What the user says, else what the model's metadata say. */
    Normalization normalization(ModelFile model) {
        String text = normalize.orElseGet(() -> model.model().metadata().getOrDefault(Model.NORMALIZATION, "none"));
        return Normalization.parse(text);
    }

    /** Samples under the names, shapes and element types of a model's inputs. */
    DataSource fitting(ModelFile model, DataSet samples) {
        return model.named(() -> DataSource.of(samples).fitting(model.model().graph()));
    }

    /** Samples as a model takes them, in order. */
    Batches batches(ModelFile model, DataSet samples, int size) {
        return Batches.of(fitting(model, samples).train(), Batching.inOrder(size, normalization(model)));
    }

    /**
     * Accuracy and loss on the samples, with a line of progress.
     *
     * @throws BadInputException when they have no labels
     */
    Evaluation evaluate(ModelFile model, OrtSession session, DataSet samples, int batch, Console console) {
        if (!samples.labelled()) {
            throw BadInputException.of(
                    "%s: has no labels, so there is no accuracy: give labelled data", samples.name());
        }
        try (ProgressLine progress = new ProgressLine(console)) {
            Batches batches = batches(model, samples, Math.toIntExact(model.batch(batch)));
            return model.named(() -> Evaluation.of(
                    model.model(),
                    OrtReferee.judging(session),
                    batches,
                    (done, total) -> progress.update("evaluate " + model.name(), done, total, "")));
        }
    }
}

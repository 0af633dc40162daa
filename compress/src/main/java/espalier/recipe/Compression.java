package espalier.recipe;

import espalier.data.Batches;
import espalier.data.DataSet;
import espalier.data.DataSource;
import espalier.data.Normalization;
import espalier.graph.BadInputException;
import espalier.graph.Model;
import espalier.graph.Shape;
import espalier.onnx.OnnxFile;
import espalier.op.Cost;
import espalier.op.InputShapes;
import espalier.op.Trace;
import espalier.pack.Models;
import espalier.pass.Passes;
import espalier.width.Widths;
import espalier.work.Evaluation;
import espalier.work.Kept;
import espalier.work.Measurement;
import espalier.work.Monitor;
import espalier.work.Networks;
import espalier.work.Origin;
import espalier.work.Outcome;
import espalier.work.ReadsFiles;
import espalier.work.Referee;
import espalier.work.StoppedException;
import espalier.work.Workbench;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.TreeMap;

/** Runs a recipe: every step, measured after each, going on where an earlier run of the same recipe stopped. */
public final class Compression {
    private final Recipe recipe;
    private final Model start;
    private final DataSource data;
    private final Referee referee;
    private final Monitor monitor;
    private final Map<String, String> circumstances;
    private final Path base;

    /**
     * @param given the model in the recipe's file; empty for a network of the zoo
     * @param data what the recipe's {@code data} was opened as
     * @param versions of everything else that the result depends on; kept in the model's metadata and the report
     * @param base what file names in the recipe are relative to
     * @throws BadInputException when the data do not fit the model
     */
    public Compression(
            Recipe recipe,
            Optional<Model> given,
            DataSource data,
            Referee referee,
            Monitor monitor,
            Map<String, String> versions,
            Path base)
            throws IOException {
        if (recipe.zoo().isPresent() && recipe.steps().get(0).config() instanceof ReadsFiles first) {
            first.beginsWithNew();
        }
        this.recipe = recipe;
        Model named = given.isPresent() ? given.get() : fresh(recipe, data.train(), base);
        this.start = Passes.anyBatch().apply(named);
        this.data = data.fitting(start.graph());
        this.referee = referee;
        this.monitor = monitor;
        this.circumstances = new TreeMap<>(versions);
        circumstances.put("model", Fingerprint.of(named));
        circumstances.put("data", data.sha256());
        this.base = base;
        for (Recipe.Step step : recipe.steps()) {
            if (step.config() instanceof ReadsFiles reads) {
                lookInto(reads);
            }
        }
    }

    private void lookInto(ReadsFiles reads) throws IOException {
        for (String file : reads.files()) {
            circumstances.put("file " + file, Fingerprint.of(Models.read(base.resolve(file))));
        }
        for (String file : reads.others()) {
            circumstances.put("file " + file, Fingerprint.of(Files.readAllBytes(base.resolve(file))));
        }
        reads.readOthers(base);
    }

    /** A new network; without labels it has the classes of the first network that its first step reads: its teacher. */
    private static Model fresh(Recipe recipe, DataSet data, Path base) throws IOException {
        OptionalLong classes = OptionalLong.empty();
        if (!data.labelled() && recipe.steps().get(0).config() instanceof ReadsFiles reads) {
            for (String teacher :
                    reads.files().subList(0, Math.min(1, reads.files().size()))) {
                classes = Networks.classes(Models.read(base.resolve(teacher)));
            }
        }
        return Networks.fresh(recipe.zoo().orElseThrow(), data, classes, recipe.seed());
    }

    /** One model of the run with what is known of it. */
    private record Stage(Outcome outcome, Measurement measured) {
        Model model() {
            return outcome.model();
        }
    }

    /**
     * Runs all steps and writes the result into the folder.
     *
     * @throws StoppedException when the monitor asked to stop; the same call goes on from there
     */
    public Report run(RunFolder folder) throws IOException {
        DataSource divided = Divided.of(data, monitor);
        Normalization normalization = normalization(divided.train());
        String fingerprint = Fingerprint.of(recipe.seed(), circumstances);
        Judge judge = new Judge(referee, Workbench.testBatches(start, divided, normalization), data.shapes());
        Model original = start;
        Optional<Stage> before = recipe.zoo().isPresent()
                ? Optional.empty()
                : Optional.of(new Stage(new Outcome(start, List.of()), judge.measure(start, 0)));
        before.ifPresent(b -> judge.originalIs(b.model()));
        List<Stage> stages = new ArrayList<>();
        Optional<Origin> origin = Origins.of(recipe, start);
        Model current = start;
        for (int i = 0; i < recipe.steps().size(); i++) {
            Recipe.Step step = recipe.steps().get(i);
            fingerprint = Fingerprint.plus(fingerprint, step);
            Workbench bench = new Workbench(
                    original,
                    divided,
                    normalization,
                    referee,
                    monitor,
                    folder.checkpoint(i, step.kind().key(), fingerprint),
                    recipe.seed() * 1_000 + i,
                    origin,
                    base);
            Stage stage = stage(folder, i, step, fingerprint, current, bench, judge);
            stages.add(stage);
            current = stage.model();
            if (before.isEmpty()) {
                before = Optional.of(stage);
                original = current;
                judge.originalIs(current);
            }
        }
        Report report = report(before.orElseThrow(), stages);
        folder.complete(current, report);
        return report;
    }

    private Stage stage(
            RunFolder folder, int i, Recipe.Step step, String fingerprint, Model input, Workbench bench, Judge judge)
            throws IOException {
        String key = step.kind().key();
        String title = String.format("step %d of %d: %s", i + 1, recipe.steps().size(), key);
        Optional<RunFolder.Finished> kept = folder.finished(i, key, fingerprint);
        if (kept.isPresent()) {
            monitor.say(title + ": done earlier");
            return new Stage(kept.get().outcome(), kept.get().measured());
        }
        if (monitor.stopping()) {
            throw new StoppedException("stopped before " + title);
        }
        monitor.say(title);
        Outcome outcome = step.kind().run(step.config(), input, bench);
        outcome.notes().forEach(n -> monitor.say("  " + n));
        Outcome made = new Outcome(
                stamped(outcome.model(), bench.normalization(), fingerprint), outcome.notes(), outcome.details());
        Measurement measured = judge.measure(made.model(), OnnxFile.bytes(made.model()).length);
        folder.finish(i, key, fingerprint, made, measured);
        return new Stage(made, measured);
    }

    /** A line for each step whose zeros or shared values among the weights a later step undid. */
    private List<String> undone(List<Stage> stages) {
        List<String> lines = new ArrayList<>();
        Model last = stages.get(stages.size() - 1).model();
        for (int i = 0; i + 1 < stages.size(); i++) {
            List<String> lost = Kept.of(stages.get(i).model()).lostIn(last);
            if (!lost.isEmpty()) {
                lines.add(String.format(
                        "step %d (%s) was undone by a later one: %s",
                        i + 1, recipe.steps().get(i).kind().key(), String.join(", ", lost)));
            }
        }
        lines.forEach(monitor::say);
        return lines;
    }

    /** What the model says of itself; for a new network what the data are like; else nothing is done to the data. */
    private Normalization normalization(DataSet train) {
        String kept = start.metadata().get(Model.NORMALIZATION);
        if (kept != null) {
            return Normalization.parse(kept);
        }
        return recipe.zoo().isPresent() ? Normalization.of(train) : Normalization.NONE;
    }

    /** The model with its provenance: the same run gives the same bytes, so no dates and no timings. */
    private Model stamped(Model model, Normalization normalization, String fingerprint) {
        Map<String, String> metadata = new LinkedHashMap<>(model.metadata());
        metadata.put(Model.NORMALIZATION, normalization.text());
        metadata.put(Origins.RECIPE, recipe.toYaml());
        metadata.put("espalier.fingerprint", fingerprint);
        circumstances.forEach((name, value) -> metadata.put("espalier." + name, value));
        return model.withMetadata(metadata);
    }

    private Report report(Stage before, List<Stage> stages) {
        List<Model> models = new ArrayList<>();
        models.add(Widths.widest(before.model()));
        stages.forEach(s -> models.add(Widths.widest(s.model())));
        monitor.say("measuring latency");
        double[] millis = referee.latencyMillis(models);
        List<Report.Entry> entries = new ArrayList<>();
        List<String> undone = undone(stages);
        for (int i = 0; i < stages.size(); i++) {
            List<String> notes = new ArrayList<>(stages.get(i).outcome().notes());
            notes.addAll(i == stages.size() - 1 ? undone : List.of());
            entries.add(new Report.Entry(
                    recipe.steps().get(i).kind().key(),
                    stages.get(i).measured().withLatency(millis[i + 1]),
                    notes,
                    stages.get(i).outcome().details()));
        }
        return new Report(
                before.measured().withLatency(millis[0]),
                entries.get(entries.size() - 1).measured(),
                entries,
                circumstances);
    }

    /** Measures models against the data and against the original. */
    private static final class Judge {
        private final Referee referee;
        private final Batches batches;
        private final Map<String, Shape> shapes;
        private Optional<Evaluation> original = Optional.empty();

        Judge(Referee referee, Batches batches, Map<String, Shape> shapes) {
            this.referee = referee;
            this.shapes = shapes;
            this.batches = batches;
        }

        void originalIs(Model model) {
            original = Optional.of(evaluate(model));
        }

        private Evaluation evaluate(Model model) {
            try (Referee.Session session = referee.open(model)) {
                return Evaluation.of(model, session, batches);
            }
        }

        /** A network of several widths costs, and is worth, what its widest is; its file holds them all. */
        Measurement measure(Model file, long bytes) {
            Model model = Widths.widest(file);
            Evaluation e = evaluate(model);
            Cost cost = Cost.of(model, Trace.of(model, InputShapes.of(model, 1, shapes)));
            return new Measurement(
                    e.accuracy(),
                    original.map(e::agreement).map(OptionalDouble::of).orElse(OptionalDouble.empty()),
                    cost.parameters(),
                    cost.macs(),
                    bytes > 0 ? bytes : OnnxFile.bytes(file).length,
                    OptionalDouble.empty());
        }
    }
}

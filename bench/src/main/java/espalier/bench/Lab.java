package espalier.bench;

import espalier.cli.OrtReferee;
import espalier.data.Data;
import espalier.data.DataSet;
import espalier.data.DataSource;
import espalier.data.InputSpec;
import espalier.data.Normalization;
import espalier.data.Reading;
import espalier.data.Split;
import espalier.exit.ExitPoints;
import espalier.graph.DType;
import espalier.graph.Model;
import espalier.graph.Shape;
import espalier.onnx.OnnxFile;
import espalier.op.Cost;
import espalier.op.InputShapes;
import espalier.op.Trace;
import espalier.pack.PackedFile;
import espalier.pass.Stripped;
import espalier.recipe.Recipe;
import espalier.train.Training;
import espalier.work.Evaluation;
import espalier.work.Monitor;
import espalier.work.Origin;
import espalier.work.Outcome;
import espalier.work.Referee;
import espalier.work.Workbench;
import espalier.zoo.Zoo;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Where the rows of a case are made: one at a time, each from its seed. */
final class Lab {
    private static final long SPLIT = 20_000;
    private static final double HELD_OUT = 5_000;
    private static final double FEWEST = 250;
    private static final Duration LATENCY = Duration.ofSeconds(1);
    private static final Duration QUICK_LATENCY = Duration.ofMillis(100);

    private final Path folder;
    private final String mnist;
    private final double share;
    private final boolean heldOut;
    private final Referee referee;
    private final Monitor monitor;
    private final Map<String, DataSource> opened = new HashMap<>();
    private final Map<String, Evaluation> judged = new HashMap<>();

    /**
     * @param folder for trained networks and checkpoints
     * @param mnist where MNIST lies, or its name in the catalog
     * @param share of the data that is used, 0..1
     * @param heldOut whether 5,000 training images take the place of the test images: for choosing settings
     */
    Lab(Path folder, String mnist, double share, boolean heldOut, int threads, Monitor monitor) {
        this.folder = folder;
        this.mnist = mnist;
        this.share = share;
        this.heldOut = heldOut;
        this.referee = new OrtReferee(threads, Map.of(), share == 1 ? LATENCY : QUICK_LATENCY);
        this.monitor = monitor;
    }

    /** What a row depends on besides the case and its seed. */
    String circumstances() {
        return share + (heldOut ? " held-out" : "");
    }

    /** The figures of the trained network itself. */
    Map<String, Object> base(Study study, long seed) throws IOException {
        return figures(study, trained(study, seed), Map.of(), seed);
    }

    /** The figures of one variant; the model after each step is kept, as rows may have their first steps in common. */
    Map<String, Object> row(Study study, Study.Variant variant, long seed) throws IOException {
        Model base = trained(study, seed);
        List<Recipe.Step> steps = variant.parsed();
        Outcome made =
                new Outcome(variant.student().isEmpty() ? base : fresh(study, variant.student(), seed), List.of());
        for (int i = 0; i < steps.size(); i++) {
            String name = name(study.base() + variant.settings(i + 1) + circumstances(), seed);
            Path file = folder.resolve(name + ".onnx");
            boolean last = i == steps.size() - 1 && !variant.raised();
            if (!last && Files.exists(file)) {
                made = new Outcome(OnnxFile.read(file), List.of());
                continue;
            }
            Path checkpoint = folder.resolve(name + ".ckpt");
            Recipe.Step step = steps.get(i);
            Workbench bench = bench(study, base, checkpoint, seed, i + 1);
            Workbench its = variant.missing()
                    .map(m -> bench.withData(m.seen(bench.data())))
                    .orElse(bench);
            made = step.kind().run(step.config(), made.model(), its);
            OnnxFile.write(made.model(), file);
            removeCheckpoints(checkpoint);
        }
        if (variant.raised()) {
            Workbench bench = bench(study, base, folder.resolve("none"), seed, 0);
            Model raised = variant.missing().orElseThrow().raised(made.model(), bench);
            return figures(study, raised, made.details(), seed);
        }
        return figures(study, made.model(), made.details(), seed);
    }

    private Workbench bench(Study study, Model original, Path checkpoint, long seed, int step) throws IOException {
        return new Workbench(
                original,
                data(study),
                Normalization.of(data(study).train()),
                referee,
                monitor,
                checkpoint,
                1_000 * seed + step,
                Optional.of(new Origin(fresh(study, study.network(), seed), (Training)
                        study.trainingStep().config())));
    }

    private Model trained(Study study, long seed) throws IOException {
        String name = name(study.base() + circumstances(), seed);
        Path file = folder.resolve(name + ".onnx");
        if (Files.exists(file)) {
            return OnnxFile.read(file);
        }
        Files.createDirectories(folder);
        Path checkpoint = folder.resolve(name + ".ckpt");
        Model start = fresh(study, study.network(), seed);
        Recipe.Step step = study.trainingStep();
        Model trained = step.kind()
                .run(step.config(), start, bench(study, start, checkpoint, seed, 0))
                .model();
        OnnxFile.write(trained, file);
        removeCheckpoints(checkpoint);
        return trained;
    }

    private void removeCheckpoints(Path checkpoint) throws IOException {
        String all = checkpoint.getFileName().toString().replaceFirst("\\.ckpt$", "*.ckpt");
        try (var files = Files.newDirectoryStream(folder, all)) {
            for (Path f : files) {
                Files.delete(f);
            }
        }
    }

    private Model fresh(Study study, String network, long seed) throws IOException {
        DataSet train = data(study).train();
        InputSpec image = train.inputs().get(0);
        Shape s = image.shape();
        return Zoo.create(
                network,
                Math.toIntExact(s.dim(0)),
                Math.toIntExact(s.dim(1)),
                Math.toIntExact(s.dim(2)),
                train.classes(),
                seed);
    }

    private DataSource data(Study study) throws IOException {
        String key = study.data() + " " + study.images();
        DataSource known = opened.get(key);
        if (known == null) {
            String spec = study.data().equals("mnist") ? mnist : study.data();
            known = part(Data.open(spec, Reading.in(List.of(Home.resolve("samples")))));
            double few =
                    Math.max(FEWEST, share * study.images()) / known.train().size();
            if (study.images() > 0 && few < 1) {
                known = DataSource.of(Split.of(known.train(), few, SPLIT).validation(), known.forMeasuring());
            }
            opened.put(key, known);
        }
        return known;
    }

    private DataSource part(DataSource all) {
        DataSource judged = all;
        if (heldOut) {
            Split split = Split.of(all.train(), HELD_OUT / all.train().size(), SPLIT);
            judged = DataSource.of(split.train(), split.validation());
        }
        return share == 1
                ? judged
                : DataSource.of(
                        Split.of(judged.train(), share, SPLIT).validation(),
                        Split.of(judged.forMeasuring(), share, SPLIT).validation());
    }

    private Map<String, Object> figures(Study study, Model model, Map<String, Object> details, long seed)
            throws IOException {
        Model base = trained(study, seed);
        Workbench bench = bench(study, base, folder.resolve("none"), seed, 0);
        Map<String, Object> figures = new LinkedHashMap<>();
        Evaluation its = evaluation(model, bench);
        figures.put("accuracy", its.accuracy().orElseThrow());
        figures.put("agreement", judged(study, base, seed, bench).agreement(its));
        Cost cost = cost(model);
        Cost before = cost(base);
        figures.put("parameters", cost.parameters());
        figures.put("nonZero", nonZero(model));
        figures.put("macs", cost.macs());
        figures.put("macsRatio", (double) before.macs() / cost.macs());
        figures.put("bytes", (long) OnnxFile.bytes(model).length);
        figures.put("packed", (long) PackedFile.pack(Stripped.of(model)).bytes().length);
        double[] millis = referee.latencyMillis(List.of(base, model));
        figures.put("faster", millis[0] / millis[1]);
        figures.put("details", details);
        if (ExitPoints.of(model).isPresent()) {
            figures.putAll(ExitFigures.of(model, base, bench, before.macs(), folder));
        }
        return figures;
    }

    private Evaluation judged(Study study, Model base, long seed, Workbench bench) {
        return judged.computeIfAbsent(name(study.base(), seed), b -> evaluation(base, bench));
    }

    private Evaluation evaluation(Model model, Workbench bench) {
        try (Referee.Session session = referee.open(model)) {
            return Evaluation.of(model, session, bench.testBatches(model));
        }
    }

    private static Cost cost(Model model) {
        return Cost.of(model, Trace.of(model, InputShapes.of(model, 1, Map.of())));
    }

    /** The share of weights in matrices and filters that are not zero. */
    private static double nonZero(Model model) {
        long all = 0;
        long kept = 0;
        for (var t : model.graph().initializers().values()) {
            if ((t.dtype().isFloating() || t.dtype() == DType.INT8) && t.shape().rank() > 1) {
                all += t.elements();
                for (float w : t.toFloats()) {
                    kept += w != 0 ? 1 : 0;
                }
            }
        }
        return (double) kept / Math.max(1, all);
    }

    private static String name(String settings, long seed) {
        return UUID.nameUUIDFromBytes(settings.getBytes(StandardCharsets.UTF_8)) + "-" + seed;
    }
}

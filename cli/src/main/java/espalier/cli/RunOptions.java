package espalier.cli;

import espalier.data.Data;
import espalier.data.DataSource;
import espalier.data.Reading;
import espalier.graph.BadInputException;
import espalier.graph.Model;
import espalier.graph.Shape;
import espalier.onnx.OnnxFile;
import espalier.pack.Models;
import espalier.recipe.Compression;
import espalier.recipe.Recipe;
import espalier.recipe.Report;
import espalier.recipe.RunFolder;
import espalier.recipe.StepKind;
import espalier.torch.Threads;
import espalier.work.ReadsFiles;
import espalier.work.StoppedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine.Option;

/** What all commands that train have in common: where the result goes, and how it is made. */
final class RunOptions {
    @Option(
            names = {"-o", "--output"},
            paramLabel = "DIR",
            description =
                    "Folder for model.onnx, report.json and recipe.yaml (default: named after the recipe, or the model and the step).")
    private Optional<Path> output = Optional.empty();

    @Option(
            names = "--threads",
            paramLabel = "N",
            converter = PositiveCount.class,
            description = "Threads to train with; the same number gives the same bits (default: all cores).")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Option(
            names = "--force",
            description =
                    "Replace the run of another recipe in the folder; steps that are the same are not done again.")
    private boolean force;

    @Option(names = "--json", description = "Print the report as JSON.")
    private boolean json;

    Path folder(Path otherwise) {
        return output.orElse(otherwise);
    }

    int threads() {
        return threads;
    }

    boolean json() {
        return json;
    }

    boolean force() {
        return force;
    }

    /**
     * Runs a recipe and prints its table; an interrupted run goes on where it was.
     *
     * @param otherwise the folder of the run when the user names none
     */
    int run(RecipeSource source, Path otherwise, Console console) throws IOException {
        Path folder = folder(otherwise);
        try {
            compress(source, folder, console, (report, run, shapes) -> {
                print(report, run, Deployment.write(OnnxFile.read(run.model()), folder, shapes), console);
            });
            return ExitCode.DONE;
        } catch (StoppedException e) {
            return stopped(e, console);
        }
    }

    /** Runs one step on a model, in a folder named after both when the user names none. */
    int step(StepKind<?> kind, Record config, String model, String data, long seed, Console console)
            throws IOException {
        Recipe recipe = new Recipe(model, data, seed, List.of(new Recipe.Step(kind, config)));
        return run(RecipeSource.of(recipe), folderFor(model, kind.key()), console);
    }

    static int stopped(StoppedException e, Console console) {
        console.err()
                .println("espalier: " + Escape.controls(String.valueOf(e.getMessage()))
                        + ": run the same command again to go on");
        return ExitCode.STOPPED;
    }

    /** What is done with a run that has come to its end. */
    private interface Ending {
        /** @param shapes of inputs whose sizes are not fixed */
        void accept(Report report, RunFolder run, Map<String, Shape> shapes) throws IOException;
    }

    /** Runs a recipe in a folder with the settings that are default, and says where its model is. */
    static Path model(RecipeSource source, Path folder, boolean force, Console console) throws IOException {
        RunOptions options = new RunOptions();
        options.force = force;
        options.compress(source, folder, console, (report, run, shapes) -> {});
        return folder.resolve("model.onnx");
    }

    private void compress(RecipeSource source, Path folder, Console console, Ending ending) throws IOException {
        Recipe recipe = source.recipe();
        Path base = source.base();
        Optional<Model> given =
                recipe.zoo().isPresent() ? Optional.empty() : Optional.of(Models.read(base.resolve(recipe.model())));
        DataSource data = open(recipe.data(), base, given.isPresent() ? given : firstRead(recipe, base));
        Map<String, Shape> shapes = shapes(data, given);
        String kept = source.keptIn(folder);
        RunFolder.requireKept(source.needed(kept), folder);
        if (recipe.steps().stream().anyMatch(Recipe.Step::trains)) {
            Threads.set(threads);
        }
        try (Interruption interruption = new Interruption();
                ProgressLine progress = new ProgressLine(console);
                RunFolder run = RunFolder.open(folder, kept, force)) {
            OrtReferee referee = new OrtReferee(threads, shapes, Duration.ofSeconds(1));
            ConsoleMonitor monitor = new ConsoleMonitor(progress, interruption);
            Report report = report(run, () -> new Compression(recipe, given, data, referee, monitor, versions(), base));
            progress.close();
            ending.accept(report, run, shapes);
        }
    }

    /** What is about to be run; opening it reads files. */
    private interface Opening {
        Compression open() throws IOException;
    }

    private static Report report(RunFolder run, Opening opening) throws IOException {
        try {
            return opening.open().run(run);
        } catch (BadInputException | IOException | UncheckedIOException e) {
            try {
                run.abandon();
            } catch (IOException left) {
                e.addSuppressed(left);
            }
            throw e;
        }
    }

    /** What a given model's free sizes are on the data. */
    private static Map<String, Shape> shapes(DataSource data, Optional<Model> given) {
        return given.map(m -> data.fitting(m.graph()).shapes()).orElse(Map.of());
    }

    /** A new network is made for pictures of the size that its teacher takes. */
    private static Optional<Model> firstRead(Recipe recipe, Path base) throws IOException {
        if (recipe.steps().get(0).config() instanceof ReadsFiles reads
                && !reads.files().isEmpty()) {
            return Optional.of(Models.read(base.resolve(reads.files().get(0))));
        }
        return Optional.empty();
    }

    /** @param like pictures are brought to the size of its input */
    private static DataSource open(String spec, Path base, Optional<Model> like) throws IOException {
        Reading how = Reading.in(DataFolders.all());
        Reading fitting = like.map(m -> how.withImageOf(m.graph())).orElse(how);
        Path beside = base.resolve(spec);
        return Data.open(Files.exists(beside) ? beside.toString() : spec, fitting);
    }

    private void print(Report report, RunFolder run, List<Path> deployed, Console console) {
        if (json) {
            console.json(report);
        } else {
            console.text(RunTable.of(report).text());
            console.text(RunTable.summary(report) + "\n");
            String more = deployed.stream().map(p -> ", " + p).collect(Collectors.joining());
            console.text("written: " + run.model() + ", " + run.report() + more + "\n");
        }
    }

    private Map<String, String> versions() {
        Map<String, String> versions = new LinkedHashMap<>();
        versions.put("version", Version.text());
        versions.put("threads", Integer.toString(threads));
        versions.put("cpu", String.join(" ", Machine.current().features()));
        return versions;
    }

    /** The folder that a result of {@code step} made from {@code model} goes to when none is named. */
    static Path folderFor(String model, String step) {
        String name = model.startsWith("zoo:")
                ? model.substring("zoo:".length())
                : String.valueOf(Path.of(model).getFileName()).replaceFirst("\\.(onnx|esp)$", "");
        if (name.isEmpty()) {
            throw BadInputException.of("'%s' is not a model: give an ONNX file or zoo:NAME", model);
        }
        return Path.of(name + "-" + step);
    }
}

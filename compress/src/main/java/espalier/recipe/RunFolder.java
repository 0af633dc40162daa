package espalier.recipe;

import espalier.graph.BadInputException;
import espalier.graph.Model;
import espalier.onnx.OnnxFile;
import espalier.onnx.WholeFile;
import espalier.work.Measurement;
import espalier.work.Outcome;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Where a run keeps its results, and from which it goes on after it was stopped or killed.
 *
 * <pre>
 * recipe.yaml   what is run, every default written out
 * model.onnx    the result
 * report.json   what came of it
 * steps/        01-train.onnx and 01-train.json for every finished step, 02-prune.1f00c0de.ckpt for the one under way
 * </pre>
 *
 * A step is finished when its JSON is there; it is written last, and every file is written aside and renamed.
 */
public final class RunFolder implements AutoCloseable {
    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    /** Kept while a run may need them again: up to 2 GB each. */
    private static final String OUTPUTS_OF_TEACHERS = "teacher-*.f32*";

    /** What a run writes for later use, and clears away when another recipe takes its place. */
    private static final List<String> DEPLOYED = List.of("stages", "widths");

    private static final Set<String> REPLACED =
            Set.of("model.onnx", "report.json", "recipe.yaml", "steps", "stages", "widths");

    private final Path folder;
    private final FileChannel lockFile;

    /** A finished step as it is kept, with the fingerprint of all that it depends on. */
    private record Kept(String fingerprint, Measurement measured, List<String> notes, Map<String, Object> details) {
        Kept {
            if (fingerprint == null || measured == null || notes == null || details == null) {
                throw new IllegalArgumentException("a part is missing");
            }
        }
    }

    /** A finished step. */
    record Finished(Outcome outcome, Measurement measured) {}

    private final boolean known;
    private final boolean made;

    /**
     * @param known whether an earlier run left its recipe there
     * @param made whether there was no such folder before
     */
    private RunFolder(Path folder, FileChannel lockFile, boolean known, boolean made) {
        this.folder = folder;
        this.lockFile = lockFile;
        this.known = known;
        this.made = made;
    }

    /**
     * Looks whether a run in a folder would take away what it is made from.
     *
     * @param needed files that the run reads
     * @throws BadInputException when it would
     */
    public static void requireKept(List<Path> needed, Path folder) throws IOException {
        for (Path file : needed) {
            for (String name : REPLACED) {
                Path own = folder.resolve(name);
                if (Files.exists(file) && Files.exists(own) && file.toRealPath().startsWith(own.toRealPath())) {
                    throw BadInputException.of(
                            "%s: the run needs it and would replace it: choose another --output", file);
                }
            }
        }
    }

    /**
     * Opens a folder for a run, making it where it is missing.
     *
     * @param recipe the run's recipe, every default written out
     * @param restart whether the result of another recipe may be replaced; its steps stay until this run has come to its end, for those
     *     that are the same need not be done again
     * @throws BadInputException when the folder holds another recipe's run or something else, or another process works in it
     */
    public static RunFolder open(Path folder, String recipe, boolean restart) throws IOException {
        if (Files.isRegularFile(folder)) {
            throw BadInputException.of("%s: is a file: choose a folder with --output", folder);
        }
        Path file = folder.resolve("recipe.yaml");
        boolean known = Files.exists(file) && Files.isDirectory(folder.resolve("steps"));
        boolean made = !Files.isDirectory(folder);
        if (!known && !isNew(folder)) {
            throw BadInputException.of("%s: is not empty and not a run's folder: choose another with --output", folder);
        }
        Files.createDirectories(folder.resolve("steps"));
        RunFolder run = new RunFolder(folder, lock(folder), known, made);
        try {
            if (known && !Files.readString(file).equals(recipe)) {
                run.clear(restart);
            }
            run.write("recipe.yaml", recipe);
            return run;
        } catch (IOException | RuntimeException e) {
            run.close();
            throw e;
        }
    }

    /** Missing, empty, or left by a run that was killed before it had written its recipe. */
    private static boolean isNew(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return true;
        }
        Set<String> first = Set.of("steps", "recipe.yaml.part");
        try (Stream<Path> files = Files.list(folder)) {
            return files.allMatch(f -> first.contains(String.valueOf(f.getFileName())));
        }
    }

    private static FileChannel lock(Path folder) throws IOException {
        FileChannel channel =
                FileChannel.open(folder.resolve("steps/lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            FileLock lock = channel.tryLock();
            if (lock != null) {
                return channel;
            }
        } catch (OverlappingFileLockException e) {
            // the same process holds it: refused like any other holder
        }
        channel.close();
        throw BadInputException.of("%s: another run is working here: wait for it or choose another --output", folder);
    }

    private void clear(boolean restart) throws IOException {
        if (!restart) {
            throw BadInputException.of(
                    "%s: holds the run of another recipe: choose another --output, or --force to replace it", folder);
        }
        Files.deleteIfExists(folder.resolve("model.onnx"));
        Files.deleteIfExists(folder.resolve("report.json"));
        for (String name : DEPLOYED) {
            removeFolder(folder.resolve(name));
        }
    }

    private static void removeFolder(Path deployed) throws IOException {
        if (Files.isDirectory(deployed)) {
            try (Stream<Path> all = Files.walk(deployed)) {
                for (Path p : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(p);
                }
            }
        }
    }

    public Path model() {
        return folder.resolve("model.onnx");
    }

    public Path report() {
        return folder.resolve("report.json");
    }

    /** Where step {@code index}, counted from 0, may keep a checkpoint: one under other circumstances is another file. */
    Path checkpoint(int index, String step, String fingerprint) {
        return file(index, step, fingerprint.substring(0, 8) + ".ckpt");
    }

    private Path file(int index, String step, String ending) {
        return folder.resolve("steps").resolve(String.format(Locale.ROOT, "%02d-%s.%s", index + 1, step, ending));
    }

    /** A step that an earlier run finished under the same circumstances; one that was finished under others is done again. */
    Optional<Finished> finished(int index, String step, String fingerprint) throws IOException {
        Path json = file(index, step, "json");
        if (!Files.exists(json)) {
            return Optional.empty();
        }
        try {
            Kept kept = Optional.ofNullable(JSON.readValue(json.toFile(), Kept.class))
                    .orElseThrow(() -> new BadInputException(damaged(json)));
            return kept.fingerprint.equals(fingerprint)
                    ? Optional.of(new Finished(
                            new Outcome(OnnxFile.read(file(index, step, "onnx")), kept.notes, kept.details),
                            kept.measured))
                    : Optional.empty();
        } catch (JacksonException e) {
            throw new BadInputException(damaged(json), e);
        }
    }

    private static String damaged(Path json) {
        return json + ": is damaged: remove it to do the step again";
    }

    void finish(int index, String step, String fingerprint, Outcome outcome, Measurement measured) throws IOException {
        Path json = file(index, step, "json");
        Files.deleteIfExists(json);
        OnnxFile.write(outcome.model(), file(index, step, "onnx"));
        write(
                "steps/" + json.getFileName(),
                JSON.writeValueAsString(new Kept(fingerprint, measured, outcome.notes(), outcome.details())));
        removeCheckpoints(index, step);
    }

    private void removeCheckpoints(int index, String step) throws IOException {
        removeAll(file(index, step, "*.ckpt").getFileName().toString());
    }

    private void removeAll(String pattern) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder.resolve("steps"), pattern)) {
            for (Path f : files) {
                Files.delete(f);
            }
        }
    }

    void complete(Model model, Report report) throws IOException {
        removeOthers(report);
        removeAll(OUTPUTS_OF_TEACHERS);
        OnnxFile.write(model, model());
        write("report.json", JSON.writeValueAsString(report) + "\n");
    }

    /** Steps that are not of this run, of a recipe that it replaced. */
    private void removeOthers(Report report) throws IOException {
        Set<Path> own = new HashSet<>();
        for (int i = 0; i < report.steps().size(); i++) {
            own.add(file(i, report.steps().get(i).step(), "onnx"));
            own.add(file(i, report.steps().get(i).step(), "json"));
        }
        try (DirectoryStream<Path> files =
                Files.newDirectoryStream(folder.resolve("steps"), "[0-9][0-9]-*.{onnx,json}")) {
            for (Path f : files) {
                if (!own.contains(f)) {
                    Files.delete(f);
                }
            }
        }
    }

    private void write(String name, String text) throws IOException {
        WholeFile.write(text, folder.resolve(name));
    }

    /** Takes the folder back where it is new and nothing has come of it: a run that was refused leaves no trace. */
    public void abandon() throws IOException {
        Path steps = folder.resolve("steps");
        try (Stream<Path> files = Files.list(steps)) {
            if (known || files.anyMatch(f -> !f.endsWith("lock"))) {
                return;
            }
        }
        close();
        for (Path p : List.of(folder.resolve("recipe.yaml"), steps.resolve("lock"), steps)) {
            Files.deleteIfExists(p);
        }
        if (made) {
            Files.deleteIfExists(folder);
        }
    }

    @Override
    public void close() throws IOException {
        lockFile.close();
    }
}

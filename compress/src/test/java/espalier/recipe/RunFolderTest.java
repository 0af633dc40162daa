package espalier.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import espalier.graph.BadInputException;
import espalier.graph.Model;
import espalier.onnx.OnnxFile;
import espalier.work.Measurement;
import espalier.work.Outcome;
import espalier.zoo.Zoo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunFolderTest {
    private static final Model MODEL = Zoo.create("mlp-4", 1, 2, 2, 2, 1);
    private static final Measurement MEASURED =
            new Measurement(OptionalDouble.of(0.75), OptionalDouble.empty(), 26, 24, 500, OptionalDouble.empty());
    private static final String PRINT = "0123456789abcdef";

    @TempDir
    Path temporary;

    private Path folder = Path.of("");

    @BeforeEach
    void in_a_new_folder() {
        folder = temporary.resolve("run");
    }

    private RunFolder open(String recipe) throws IOException {
        return RunFolder.open(folder, recipe, false);
    }

    private void finishOneStep() throws IOException {
        try (RunFolder run = open("a")) {
            run.finish(
                    0, "train", PRINT, new Outcome(MODEL, List.of("a note"), Map.of("rows", List.of(1, 2))), MEASURED);
        }
    }

    private static Report report(String step) {
        Report.Entry only = new Report.Entry(step, MEASURED, List.of(), Map.of());
        return new Report(MEASURED, MEASURED, List.of(only), Map.of());
    }

    @Test
    void a_finished_step_is_found_again() throws IOException {
        finishOneStep();
        try (RunFolder run = open("a")) {
            RunFolder.Finished step = run.finished(0, "train", PRINT).orElseThrow();
            assertThat(OnnxFile.bytes(step.outcome().model())).isEqualTo(OnnxFile.bytes(MODEL));
            assertThat(step.measured()).isEqualTo(MEASURED);
            assertThat(step.outcome().notes()).containsExactly("a note");
            assertThat(step.outcome().details()).isEqualTo(Map.of("rows", List.of(1, 2)));
            assertThat(run.finished(1, "train", PRINT)).isEmpty();
            assertThat(run.finished(0, "prune", PRINT)).isEmpty();
        }
    }

    @Test
    void a_refused_run_leaves_no_trace_unless_something_came_of_it() throws IOException {
        try (RunFolder run = open("a")) {
            run.abandon();
        }
        assertThat(folder).doesNotExist();
        finishOneStep();
        try (RunFolder run = open("a")) {
            run.abandon();
        }
        assertThat(folder.resolve("recipe.yaml")).exists();
    }

    @Test
    void a_refused_run_leaves_a_folder_that_was_there() throws IOException {
        Files.createDirectories(folder);
        try (RunFolder run = open("a")) {
            run.abandon();
        }
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void somebody_s_recipe_does_not_make_a_folder_a_run_s() throws IOException {
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("recipe.yaml"), "mine");
        assertThatThrownBy(() -> RunFolder.open(folder, "a", true))
                .isInstanceOf(BadInputException.class)
                .hasMessage(folder + ": is not empty and not a run's folder: choose another with --output");
        assertThat(folder.resolve("recipe.yaml")).hasContent("mine");
        assertThat(folder.resolve("steps")).doesNotExist();
    }

    @Test
    void what_a_run_needs_is_not_among_what_it_replaces() throws IOException {
        finishOneStep();
        Path inside = folder.resolve("steps/01-train.onnx");
        Path link = Files.createSymbolicLink(temporary.resolve("link.onnx"), inside);
        Path beside = Files.writeString(folder.resolve("notes.txt"), "mine");
        RunFolder.requireKept(List.of(beside, temporary.resolve("missing.onnx")), folder);
        for (Path needed : List.of(inside, link)) {
            assertThatThrownBy(() -> RunFolder.requireKept(List.of(beside, needed), folder))
                    .isInstanceOf(BadInputException.class)
                    .hasMessage(needed + ": the run needs it and would replace it: choose another --output");
        }
    }

    @Test
    void another_recipe_clears_what_was_deployed() throws IOException {
        finishOneStep();
        for (String old : List.of("stages", "widths")) {
            Files.createDirectories(folder.resolve(old));
            Files.writeString(folder.resolve(old).resolve("old.onnx"), "x");
        }
        RunFolder.open(folder, "b", true).close();
        assertThat(folder.resolve("stages")).doesNotExist();
        assertThat(folder.resolve("widths")).doesNotExist();
    }

    @Test
    void a_step_that_is_done_again_is_not_finished_before_its_model_is_there() throws IOException {
        finishOneStep();
        Path onnx = folder.resolve("steps/01-train.onnx");
        Files.delete(onnx);
        Files.createDirectories(onnx.resolve("in the way"));
        try (RunFolder run = open("a")) {
            assertThatThrownBy(
                            () -> run.finish(0, "train", "fedcba9876543210", new Outcome(MODEL, List.of()), MEASURED))
                    .isInstanceOf(IOException.class);
            assertThat(run.finished(0, "train", PRINT)).isEmpty();
        }
    }

    @Test
    void a_step_finished_under_other_circumstances_is_done_again() throws IOException {
        finishOneStep();
        try (RunFolder run = open("a")) {
            assertThat(run.finished(0, "train", "fedcba9876543210")).isEmpty();
        }
    }

    @Test
    void checkpoints_go_when_their_step_is_finished_and_no_other_s() throws IOException {
        try (RunFolder run = open("a")) {
            Path mine = run.checkpoint(0, "train", PRINT);
            Path stale = run.checkpoint(0, "train", "fedcba9876543210");
            Path next = run.checkpoint(1, "train", PRINT);
            assertThat(mine).isNotEqualTo(stale).hasFileName("01-train.01234567.ckpt");
            for (Path p : List.of(mine, stale, next)) {
                Files.writeString(p, "x");
            }
            run.finish(0, "train", PRINT, new Outcome(MODEL, List.of()), MEASURED);
            assertThat(mine).doesNotExist();
            assertThat(stale).doesNotExist();
            assertThat(next).exists();
        }
    }

    @Test
    void one_run_at_a_time() throws IOException {
        try (RunFolder run = open("a")) {
            assertThatThrownBy(() -> open("a"))
                    .isInstanceOf(BadInputException.class)
                    .hasMessage(folder + ": another run is working here: wait for it or choose another --output");
        }
        open("a").close();
    }

    @Test
    void another_recipe_needs_force_and_keeps_what_is_the_same() throws IOException {
        finishOneStep();
        try (RunFolder run = open("a")) {
            run.complete(MODEL, report("train"));
        }
        assertThatThrownBy(() -> open("b"))
                .isInstanceOf(BadInputException.class)
                .hasMessage(folder
                        + ": holds the run of another recipe: choose another --output, or --force to replace it");
        try (RunFolder run = RunFolder.open(folder, "b", true)) {
            assertThat(run.finished(0, "train", PRINT)).isPresent();
            assertThat(run.finished(0, "train", "fedcba9876543210")).isEmpty();
            assertThat(run.model()).doesNotExist();
            assertThat(run.report()).doesNotExist();
            assertThat(folder.resolve("recipe.yaml")).hasContent("b");
            run.finish(0, "prune", PRINT, new Outcome(MODEL, List.of()), MEASURED);
            run.complete(MODEL, report("prune"));
            assertThat(run.finished(0, "prune", PRINT)).isPresent();
            assertThat(run.finished(0, "train", PRINT)).isEmpty();
        }
    }

    @Test
    void force_keeps_what_the_same_recipe_has_done() throws IOException {
        finishOneStep();
        try (RunFolder run = RunFolder.open(folder, "a", true)) {
            assertThat(run.finished(0, "train", PRINT)).isPresent();
        }
    }

    @Test
    void somebody_else_s_folder_is_left_alone() throws IOException {
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("letter.txt"), "Dear");
        for (boolean force : List.of(false, true)) {
            assertThatThrownBy(() -> RunFolder.open(folder, "a", force))
                    .isInstanceOf(BadInputException.class)
                    .hasMessage(folder + ": is not empty and not a run's folder: choose another with --output");
        }
        assertThat(folder).isDirectoryContaining(f -> f.endsWith("letter.txt"));
        assertThat(folder.resolve("steps")).doesNotExist();
    }

    @Test
    void a_run_killed_before_it_had_written_its_recipe_is_no_obstacle() throws IOException {
        Files.createDirectories(folder.resolve("steps"));
        Files.writeString(folder.resolve("steps/lock"), "");
        Files.writeString(folder.resolve("recipe.yaml.part"), "mod");
        open("a").close();
        assertThat(folder.resolve("recipe.yaml")).hasContent("a");
        assertThat(folder.resolve("recipe.yaml.part")).doesNotExist();
    }

    @Test
    void damaged_files_are_named() throws IOException {
        finishOneStep();
        Path json = folder.resolve("steps/01-train.json");
        String whole = Files.readString(json);
        for (String damage : List.of("", "{", "{}", "[]", whole.substring(0, whole.length() / 2), "null")) {
            Files.writeString(json, damage);
            try (RunFolder run = open("a")) {
                assertThatThrownBy(() -> run.finished(0, "train", PRINT))
                        .as(damage)
                        .isInstanceOf(BadInputException.class)
                        .hasMessage(json + ": is damaged: remove it to do the step again");
            }
        }
    }

    @Test
    void a_finished_step_whose_model_is_gone_is_said_so() throws IOException {
        finishOneStep();
        Files.delete(folder.resolve("steps/01-train.onnx"));
        try (RunFolder run = open("a")) {
            assertThatThrownBy(() -> run.finished(0, "train", PRINT)).isInstanceOf(NoSuchFileException.class);
        }
    }

    @Test
    void a_file_in_the_place_of_the_folder_is_not_touched() throws IOException {
        Files.writeString(folder, "mine");
        assertThatThrownBy(() -> open("a"))
                .isInstanceOf(BadInputException.class)
                .hasMessage(folder + ": is a file: choose a folder with --output");
        assertThat(folder).hasContent("mine");
    }
}

package espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import espalier.graph.Tensor;
import espalier.onnx.OnnxFile;
import espalier.pack.PackedFile;
import espalier.zoo.Zoo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where runs put their results, and what they leave alone, on a network of eight neurons and a table of twenty points. */
class RunOptionsTest {
    private static final String RECIPE = """
            model: model.onnx
            data: points.csv
            steps:
              - prune: {ratio: 50%, widths: {minimum: 1, round: 1}, retrain: {epochs: 1, batch: 8}}
            """;

    @TempDir
    Path folder;

    private Path model = Path.of("");
    private Path recipe = Path.of("");

    @BeforeEach
    void write_files() throws IOException {
        model = folder.resolve("model.onnx");
        OnnxFile.write(Zoo.create("mlp-8", 1, 1, 2, 2, 1), model);
        Files.writeString(folder.resolve("points.csv"), "a,b,class\n" + "0,1,x\n1,0,y\n".repeat(10));
        recipe = Files.writeString(folder.resolve("recipe.yaml"), RECIPE);
    }

    private CommandRun run(String line) {
        return CommandRun.of((line.replace("DIR", folder.toString()) + " --threads 1").split(" "));
    }

    private void refuses(String line, String message) {
        CommandRun refused = run(line);
        assertThat(refused.err().strip()).isEqualTo("espalier: " + message.replace("DIR", folder.toString()));
        assertThat(refused.code()).isEqualTo(ExitCode.BAD_INPUT);
    }

    @Test
    void the_model_and_the_recipe_of_a_run_are_not_replaced_by_it() throws IOException {
        byte[] before = Files.readAllBytes(model);
        refuses(
                "compress DIR/recipe.yaml -o DIR --force",
                "DIR/model.onnx: the run needs it and would replace it: choose another --output");
        assertThat(folder.resolve("steps")).doesNotExist();
        assertThat(model).hasBinaryContent(before);
        Files.move(model, folder.resolve("m.onnx"));
        Files.writeString(recipe, RECIPE.replace("model.onnx", "m.onnx"));
        refuses(
                "compress DIR/recipe.yaml -o DIR --force",
                "DIR/recipe.yaml: the run needs it and would replace it: choose another --output");
        assertThat(recipe).content().startsWith("model: m.onnx");
        assertThat(run("compress DIR/recipe.yaml -o DIR/run").code()).isZero();
        refuses(
                "prune DIR/run/model.onnx --data DIR/points.csv -o DIR/run --force",
                "DIR/run/model.onnx: the run needs it and would replace it: choose another --output");
        refuses(
                "distill --student zoo:mlp-4 --teacher DIR/run/steps/01-prune.onnx --data DIR/points.csv -o DIR/run --force",
                "DIR/run/steps/01-prune.onnx: the run needs it and would replace it: choose another --output");
        assertThat(folder.resolve("run/steps/01-prune.onnx")).exists();
    }

    @Test
    void the_recipe_that_a_run_keeps_makes_it_again_where_it_lies() {
        assertThat(run("compress DIR/recipe.yaml -o DIR/run").code()).isZero();
        CommandRun again = run("compress DIR/run/recipe.yaml -o DIR/run");
        assertThat(again.code()).as(again.err()).isZero();
        assertThat(again.err()).contains("step 1 of 1: prune: done earlier");
    }

    @Test
    void the_recipe_that_a_run_keeps_behind_a_link_makes_it_again() throws IOException {
        Files.createDirectories(folder.resolve("disk/deep/inside"));
        Files.createSymbolicLink(folder.resolve("runs"), Path.of("disk/deep/inside"));
        assertThat(run("compress DIR/recipe.yaml -o DIR/runs/first").code()).isZero();
        assertThat(folder.resolve("runs/first/recipe.yaml")).content().contains("model: ../../../../model.onnx");
        CommandRun again = run("compress DIR/runs/first/recipe.yaml -o DIR/again");
        assertThat(again.code()).as(again.err()).isZero();
    }

    @Test
    void packed_files_are_models_too() throws IOException {
        Path packed = folder.resolve("small.esp");
        PackedFile.write(PackedFile.pack(OnnxFile.read(model)).bytes(), packed);
        assertThat(RunOptions.folderFor(packed.toString(), "prune")).hasToString("small-prune");
        CommandRun pruned = run("prune DIR/small.esp --data DIR/points.csv --ratio 50% --epochs 1 -o DIR/pruned");
        assertThat(pruned.code()).as(pruned.err()).isZero();
        CommandRun quantized = run("quantize DIR/small.esp --data DIR/points.csv --measured false -o DIR/quantized");
        assertThat(quantized.code()).as(quantized.err()).isZero();
        CommandRun taught = run(
                "distill --teacher DIR/small.esp --student zoo:mlp-4 --data DIR/points.csv --epochs 1 --batch 8 -o DIR/taught");
        assertThat(taught.code()).as(taught.err()).isZero();
    }

    @Test
    void a_folder_in_the_place_of_a_file_is_named() {
        for (String line : List.of(
                "prune DIR --data DIR/points.csv -o DIR/run",
                "distill --teacher DIR --student DIR/model.onnx --data DIR/points.csv -o DIR/run",
                "compress DIR -o DIR/run")) {
            CommandRun refused = run(line);
            assertThat(refused.err())
                    .isEqualTo("espalier: " + folder + ": is a folder, not a file" + System.lineSeparator());
            assertThat(refused.code()).isEqualTo(ExitCode.IO);
            assertThat(folder.resolve("run")).doesNotExist();
        }
    }

    @Test
    void the_seed_of_a_training_counts() throws IOException {
        String step = "model: model.onnx\ndata: points.csv\nsteps:\n  - train: {epochs: 1, batch: 8, seed: %d}\n";
        for (int seed = 0; seed < 2; seed++) {
            Files.writeString(recipe, step.formatted(seed));
            assertThat(run("compress DIR/recipe.yaml -o DIR/seed" + seed).code())
                    .isZero();
        }
        assertThat(weights("seed0")).isNotEqualTo(weights("seed1"));
    }

    private Map<String, Tensor> weights(String run) throws IOException {
        return OnnxFile.read(folder.resolve(run).resolve("model.onnx")).graph().initializers();
    }

    @Test
    void quantization_without_data_leaves_runs_and_its_model_alone() throws IOException {
        assertThat(run("compress DIR/recipe.yaml -o DIR/run").code()).isZero();
        refuses(
                "quantize DIR/model.onnx --mode dynamic -o DIR/run --force",
                "DIR/run: holds a run with another model: choose another --output");
        Files.delete(recipe);
        refuses(
                "quantize DIR/model.onnx --mode dynamic -o DIR --force",
                "DIR/model.onnx: the run needs it and would replace it: choose another --output");
    }

    @Test
    void data_that_do_not_fit_leave_nothing_in_the_way_of_others() throws IOException {
        Files.writeString(folder.resolve("wide.csv"), "a,b,c,class\n" + "0,1,2,x\n1,0,2,y\n".repeat(10));
        refuses(
                "prune DIR/model.onnx --data DIR/wide.csv -o DIR/run",
                "DIR/wide.csv: samples are [3], but the model's input 'input' is [1,1,2] after the batch: give data of that"
                        + " shape, or a model for [3]");
        assertThat(folder.resolve("run")).doesNotExist();
        assertThat(run("prune DIR/model.onnx --data DIR/points.csv --epochs 1 -o DIR/run")
                        .code())
                .isZero();
    }

    @Test
    void a_refused_run_leaves_the_user_s_empty_folder() throws IOException {
        Path empty = Files.createDirectory(folder.resolve("empty"));
        CommandRun refused = run("prune DIR/model.onnx --data DIR/points.csv --include conv9 -o DIR/empty");
        assertThat(refused.err())
                .endsWith(
                        "espalier: include pattern 'conv9' matches no layer; there are: fc1" + System.lineSeparator());
        assertThat(empty).isEmptyDirectory();
    }
}

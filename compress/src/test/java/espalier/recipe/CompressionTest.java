package espalier.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import espalier.data.DataSource;
import espalier.graph.Model;
import espalier.onnx.OnnxFile;
import espalier.torch.Threads;
import espalier.work.Monitor;
import espalier.work.OrtJudge;
import espalier.work.Spots;
import espalier.work.StoppedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompressionTest {
    private static final String TRAIN_AND_PRUNE = """
            model: zoo:mlp-32-16
            data: spots
            steps:
              - train: {epochs: 4, batch: 32}
              - prune: {ratio: 50%, retrain: {epochs: 2, batch: 32}}
            """;

    @TempDir
    Path temporary;

    @BeforeAll
    static void one_thread() {
        Threads.set(1);
    }

    /** Keeps what is said, and asks to stop once it has been told of so much progress. */
    private static final class Watcher implements Monitor {
        private final List<String> said = new ArrayList<>();
        private int left;

        Watcher(int left) {
            this.left = left;
        }

        @Override
        public void say(String line) {
            said.add(line);
        }

        @Override
        public void progress(String task, long done, long total, String note) {
            left--;
        }

        @Override
        public boolean stopping() {
            return left <= 0;
        }
    }

    private static Watcher patient() {
        return new Watcher(Integer.MAX_VALUE);
    }

    private static DataSource spots(boolean labelled) {
        return DataSource.of(new Spots(0, 512, labelled), new Spots(512, 128, labelled));
    }

    private Report run(String yaml, Optional<Model> given, boolean labelled, String folder, Monitor monitor)
            throws IOException {
        return run(yaml, given, spots(labelled), folder, monitor);
    }

    private Report run(String yaml, Optional<Model> given, DataSource data, String folder, Monitor monitor)
            throws IOException {
        Recipe recipe = Recipe.parse(yaml, "recipe.yaml");
        Compression compression =
                new Compression(recipe, given, data, OrtJudge.still(), monitor, Map.of("version", "test"), Path.of(""));
        try (RunFolder run = RunFolder.open(temporary.resolve(folder), recipe.toYaml(), false)) {
            return compression.run(run);
        }
    }

    private byte[] model(String folder) throws IOException {
        return Files.readAllBytes(temporary.resolve(folder).resolve("model.onnx"));
    }

    @Test
    void a_run_leaves_a_smaller_network_its_report_and_its_recipe() throws IOException {
        Report report = run(TRAIN_AND_PRUNE, Optional.empty(), true, "whole", patient());

        assertThat(report.steps()).hasSize(2);
        assertThat(report.after().macs()).isLessThan(report.before().macs() * 6 / 10);
        assertThat(report.before().accuracy().orElseThrow()).isGreaterThan(0.9);
        assertThat(report.after().accuracy().orElseThrow())
                .isGreaterThan(report.before().accuracy().orElseThrow() - 0.05);
        assertThat(temporary.resolve("whole"))
                .isDirectoryContaining("glob:**model.onnx")
                .isDirectoryContaining("glob:**report.json")
                .isDirectoryContaining("glob:**recipe.yaml");
        assertThat(OnnxFile.read(temporary.resolve("whole/model.onnx")).metadata())
                .containsEntry("espalier.version", "test")
                .containsKeys("espalier.recipe", "espalier.normalization", "espalier.fingerprint");
    }

    @Test
    void a_part_of_undivided_data_is_held_back_to_measure_on() throws IOException {
        String train = """
                model: zoo:mlp-4
                data: spots
                steps:
                  - train: {epochs: 1, batch: 32}
                """;
        Watcher watcher = patient();
        run(train, Optional.empty(), DataSource.of(new Spots(0, 300, true)), "undivided", watcher);
        assertThat(watcher.said)
                .startsWith(
                        "the data are not divided: 30 of 300 samples are held back to measure on",
                        "step 1 of 1: train");
    }

    private static final String BY_ANALYSIS = """
            model: zoo:mlp-32-16
            data: spots
            steps:
              - train: {epochs: 1, batch: 32}
              - prune: {selection: {sensitivity: {file: losses.json}}, retrain: {epochs: 1, batch: 32}}
            """;

    private Compression beside(Path base) throws IOException {
        return new Compression(
                Recipe.parse(BY_ANALYSIS, "recipe.yaml"),
                Optional.empty(),
                spots(true),
                OrtJudge.still(),
                patient(),
                Map.of(),
                base);
    }

    private Report by(Path base, String losses) throws IOException {
        Files.writeString(base.resolve("losses.json"), losses);
        try (RunFolder run = RunFolder.open(base.resolve("run"), BY_ANALYSIS, false)) {
            return beside(base).run(run);
        }
    }

    private static String bears(String layer, String other) {
        return """
                {"metric": "accuracy", "layers": {
                  "%s": {"points": [{"ratio": 0.9, "drop": 0}]}, "%s": {"points": [{"ratio": 0.01, "drop": 1}]}}}
                """.formatted(layer, other);
    }

    @Test
    void an_analysis_lies_beside_the_recipe_and_another_one_is_another_run() throws IOException {
        assertThat(by(temporary, bears("fc1", "fc2")).steps().get(1).notes())
                .contains("fc1: 32 -> 8")
                .noneMatch(n -> n.startsWith("fc2: "));
        assertThat(by(temporary, bears("fc2", "fc1")).steps().get(1).notes())
                .contains("fc2: 16 -> 4")
                .noneMatch(n -> n.startsWith("fc1: "));
    }

    @Test
    void an_analysis_is_read_before_anything_is_trained() throws IOException {
        assertThatThrownBy(() -> beside(temporary)).isInstanceOf(NoSuchFileException.class);
        Path file = Files.writeString(temporary.resolve("losses.json"), "{}");
        assertThatThrownBy(() -> beside(temporary))
                .hasMessage(file + ": is not an analysis made by espalier sensitivity");
        assertThat(Recipe.parse(BY_ANALYSIS, "recipe.yaml").toYaml(name -> "../" + name))
                .contains("file: ../losses.json");
    }

    /** How many different numbers there are in a layer, and the share of zeros. */
    private double[] structure(String folder, String weight) throws IOException {
        float[] w = OnnxFile.read(temporary.resolve(folder).resolve("model.onnx"))
                .graph()
                .initializers()
                .get(weight)
                .toFloats();
        Set<Float> values = new HashSet<>();
        int zeros = 0;
        for (float v : w) {
            values.add(v);
            zeros += v == 0 ? 1 : 0;
        }
        return new double[] {values.size(), (double) zeros / w.length};
    }

    private static final String PRUNED_AND_CLUSTERED = """
            model: zoo:mlp-32-16
            data: spots
            steps:
              - train: {epochs: 2, batch: 32}
              - prune: {granularity: weights, ratio: 75%, retrain: {epochs: 1, batch: 32}}
              - train: {epochs: 1, batch: 32}
              - cluster: {bits: 2, retrain: {epochs: 1, batch: 32}}
              - distill: {training: {epochs: 1, batch: 32}}
            """;

    @Test
    void what_was_pruned_and_clustered_stays_so_in_later_steps() throws IOException {
        Report report = run(PRUNED_AND_CLUSTERED, Optional.empty(), true, "chain", patient());
        for (String weight : List.of("fc1.weight", "fc2.weight")) {
            double[] its = structure("chain", weight);
            assertThat(its[0]).as(weight).isEqualTo(5); // four values and the zero
            assertThat(its[1]).as(weight).isGreaterThanOrEqualTo(0.75);
        }
        assertThat(report.steps().get(2).notes())
                .anyMatch(n -> n.startsWith("kept in training: the zeros of fc1.weight"));
        assertThat(report.steps().get(4).notes())
                .anyMatch(n -> n.startsWith("kept in training: the values of fc1.weight"))
                .noneMatch(n -> n.contains("undone"));
        float[] before = OnnxFile.read(temporary.resolve("chain/steps/04-cluster.onnx"))
                .graph()
                .initializers()
                .get("fc1.weight")
                .toFloats();
        float[] after = OnnxFile.read(temporary.resolve("chain/model.onnx"))
                .graph()
                .initializers()
                .get("fc1.weight")
                .toFloats();
        assertThat(after).as("the values are trained").isNotEqualTo(before);
    }

    @Test
    void a_step_that_undoes_another_is_named() throws IOException {
        String yaml = """
                model: zoo:mlp-32-16
                data: spots
                steps:
                  - train: {epochs: 1, batch: 32}
                  - prune: {granularity: weights, ratio: 75%, retrain: {epochs: 1, batch: 32}}
                  - prune: {granularity: weights, ratio: 20%, masking: soft, retrain: {epochs: 2, batch: 32}}
                """;
        Report report = run(yaml, Optional.empty(), true, "undone", patient());
        assertThat(report.steps().get(2).notes())
                .anyMatch(n -> n.startsWith("step 2 (prune) was undone by a later one: zeros of fc1.weight"));
    }

    @Test
    void a_run_that_was_stopped_goes_on_to_the_same_bytes() throws IOException {
        run(TRAIN_AND_PRUNE, Optional.empty(), true, "whole", patient());
        for (int progress : new int[] {2, 8}) {
            String folder = "stopped" + progress;
            assertThatThrownBy(() -> run(TRAIN_AND_PRUNE, Optional.empty(), true, folder, new Watcher(progress)))
                    .isInstanceOf(StoppedException.class);
            assertThat(temporary.resolve(folder + "/model.onnx")).doesNotExist();

            run(TRAIN_AND_PRUNE, Optional.empty(), true, folder, patient());

            assertThat(model(folder)).isEqualTo(model("whole"));
        }
    }

    @Test
    void a_finished_step_is_not_taken_again() throws IOException {
        run(TRAIN_AND_PRUNE, Optional.empty(), true, "twice", patient());
        Watcher second = patient();
        run(TRAIN_AND_PRUNE, Optional.empty(), true, "twice", second);
        assertThat(second.said).contains("step 1 of 2: train: done earlier", "step 2 of 2: prune: done earlier");
    }

    @Test
    void without_labels_the_original_network_is_the_teacher() throws IOException {
        run(TRAIN_AND_PRUNE, Optional.empty(), true, "teacher", patient());
        Model original = OnnxFile.read(temporary.resolve("teacher/steps/01-train.onnx"));
        String prune = """
                model: original.onnx
                data: spots
                steps:
                  - prune: {ratio: 50%, retrain: {epochs: 4, batch: 32}}
                """;

        Report report = run(prune, Optional.of(original), false, "student", patient());

        assertThat(report.after().accuracy()).isEmpty();
        assertThat(report.after().agreement().orElseThrow()).isGreaterThan(0.9);
    }
}

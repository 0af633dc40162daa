package espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import espalier.graph.Graph;
import espalier.graph.Model;
import espalier.graph.Shape;
import espalier.graph.Tensor;
import espalier.onnx.OnnxFile;
import espalier.onnx.OnnxText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Of four neurons one votes for class x, a stronger one for class y, and two do nothing. */
class SensitivityCommandTest {
    private static final int ROWS = 40;

    @TempDir
    Path folder;

    private String model;
    private String labelled;
    private Path analysis;

    @BeforeEach
    void write_model_and_data() throws IOException {
        Graph g = OnnxText.parse("""
                <ir_version: 8, opset_import: ["" : 17]>
                net (float[N,2] x, float[2,4] w, float[4,2] u) => (float[N,2] y) {
                    [hidden] h = Gemm (x, w)
                    r = Relu (h)
                    [head] y = Gemm (r, u)
                }
                """).graph();
        Graph net = g.withInputs(g.inputs().subList(0, 1))
                .withInitializers(Map.of(
                        "w", Tensor.floats(Shape.of(2, 4), 1, 0, 0, 0, 0, 2, 0, 0),
                        "u", Tensor.floats(Shape.of(4, 2), 1, 0, 0, 1, 0, 0, 0, 0)));
        Path file = folder.resolve("m.onnx");
        OnnxFile.write(Model.of(17, net), file);
        model = file.toString();
        labelled = data("labelled.csv", "a,b,class\n", "3,1,x\n", "1,3,y\n");
        analysis = folder.resolve("s.json");
    }

    private String data(String name, String head, String... rows) throws IOException {
        StringBuilder text = new StringBuilder(head);
        for (int i = 0; i < ROWS; i++) {
            text.append(rows[i % rows.length]);
        }
        return Files.writeString(folder.resolve(name), text).toString();
    }

    private CommandRun run(String... more) {
        String[] args = {"sensitivity", model, "--data", labelled, "--threads", "1", "-o", analysis.toString()};
        String[] all = java.util.Arrays.copyOf(args, args.length + more.length);
        System.arraycopy(more, 0, all, args.length, more.length);
        return CommandRun.of(all);
    }

    @Test
    void the_neurons_that_do_nothing_cost_nothing_and_the_next_costs_its_class() throws IOException {
        CommandRun run = run("--ratios", "50%,75%");
        assertThat(run.err()).isEmpty();
        assertThat(run.out().lines())
                .satisfiesExactly(
                        l -> assertThat(l).matches("layer +-50.0 % +-75.0 %"),
                        l -> assertThat(l).matches("hidden +0.00 % +[2-7]\\d.\\d\\d %"),
                        l -> assertThat(l).isEqualTo("points of accuracy lost; written: " + analysis));
        assertThat(Files.readString(analysis)).contains("\"metric\" : \"accuracy\"");
    }

    @Test
    void what_an_importance_trains_first_is_kept_beside_the_analysis_until_it_is_written() throws IOException {
        Graph g = OnnxText.parse("""
                <ir_version: 8, opset_import: ["" : 17]>
                net (float[N,2] x) => (float[N,2] y)
                <float[2,4] w = {1, 0, 2, 0, 0, 2, 0, 1}, float[4] s = {1, 1, 1, 1}, float[4] z = {0, 0, 0, 0},
                 float[4,2] u = {1, 0, 0, 1, 1, 1, 0, 1}> {
                    [hidden] h = MatMul (x, w)
                    b = BatchNormalization (h, s, z, z, s)
                    r = Relu (b)
                    [head] y = MatMul (r, u)
                }
                """).graph();
        OnnxFile.write(Model.of(17, g), Path.of(model));
        Path stays = Files.writeString(folder.resolve("t.json.ckpt"), "of another");
        CommandRun run = run("--importance", "{slimming: {training: {epochs: 1, batch: 8}}}", "--ratios", "50%");
        assertThat(run.err()).isEmpty();
        assertThat(analysis).exists();
        assertThat(stays).exists();
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).noneMatch(f -> f.getFileName().toString().startsWith("s.json."));
        }
        assertThat(Path.of("none")).doesNotExist();
        assertThat(Path.of("none.slimming.ckpt")).doesNotExist();
    }

    @Test
    void another_analysis_is_added_to_the_file() {
        run("--ratios", "50%");
        JsonNode json = JsonMapper.shared()
                .readTree(run("--ratios", "75%", "--importance", "l2", "--json").out());
        assertThat(json.get("layers").get("hidden").get("points")).hasSize(2);
    }

    @Test
    void the_folder_of_the_file_is_made() {
        analysis = folder.resolve("new/folder/s.json");
        assertThat(run("--ratios", "50%").err()).isEmpty();
        assertThat(analysis).isRegularFile();
    }

    @Test
    void analyses_of_another_kind_are_refused_before_any_work() throws IOException {
        run("--ratios", "50%");
        String before = Files.readString(analysis);
        assertThat(run("--granularity", "weights", "--include", "none").err())
                .isEqualTo("espalier: " + analysis
                        + ": an analysis of channels and one of weights cannot be merged: write to another file\n");
        Model m = OnnxFile.read(Path.of(model));
        OnnxFile.write(m.withMetadata(Map.of("another", "one")), Path.of(model));
        assertThat(run("--include", "none").err())
                .isEqualTo("espalier: " + analysis + ": is an analysis of another model: write to another file\n");
        assertThat(Files.readString(analysis)).isEqualTo(before);
    }

    /** Of 101 samples 10 are held back: what is lost is one of the classes, in ninety-first parts. */
    @Test
    void samples_that_runs_measure_on_are_not_looked_at() throws IOException {
        String rows = "3,1,x\n1,3,y\n".repeat(50) + "3,1,x\n";
        labelled = Files.writeString(folder.resolve("many.csv"), "a,b,class\n" + rows)
                .toString();
        JsonNode json =
                JsonMapper.shared().readTree(run("--ratios", "75%", "--json").out());
        double lost = 91 * json.at("/layers/hidden/points/0/drop").asDouble();
        assertThat(lost).isBetween(44.0, 47.0).isCloseTo(Math.rint(lost), within(1e-6));
    }

    @Test
    void what_cannot_be_is_said_in_one_line_and_nothing_is_written() {
        assertThat(run("--ratios", "120%").err())
                .isEqualTo("espalier: --ratios: ratios must be above 0 and below 1, got 1.2\n");
        assertThat(run("--include", "conv*").err())
                .isEqualTo("espalier: include pattern 'conv*' matches no layer; there are: hidden\n");
        assertThat(analysis).doesNotExist();
    }

    @Test
    void a_file_of_another_kind_is_left_alone() throws IOException {
        Files.writeString(analysis, "{}");
        assertThat(run().err())
                .isEqualTo("espalier: " + analysis + ": is not an analysis made by espalier sensitivity\n");
        assertThat(Files.readString(analysis)).isEqualTo("{}");
    }
}

package espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import espalier.graph.Attribute;
import espalier.graph.DType;
import espalier.graph.Dim;
import espalier.graph.Extra;
import espalier.graph.Graph;
import espalier.graph.Model;
import espalier.graph.Node;
import espalier.graph.Shape;
import espalier.graph.Tensor;
import espalier.graph.ValueInfo;
import espalier.onnx.OnnxFile;
import espalier.zoo.Zoo;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Two features, three classes; the scores are (a, b, 0). Samples (a, b, class): (2,1,0) and (1,2,1) are right, (1,0,1) is wrong,
 * (-1,-2,2) is right.
 */
class MeasuringCommandsTest {
    private static final String CSV = "a,b,class\n2,1,x\n1,2,y\n1,0,y\n-1,-2,z\n";
    private static final double[][] SCORES = {{2, 1, 0}, {1, 2, 0}, {1, 0, 0}, {-1, -2, 0}};
    private static final int[] LABELS = {0, 1, 1, 2};

    @TempDir
    Path folder;

    private String scores;
    private String softmax;
    private String data;

    @BeforeEach
    void write_models_and_data() throws IOException {
        data = Files.writeString(folder.resolve("points.csv"), CSV).toString();
        Node product = Node.of("MatMul", List.of("x", "w"), "s");
        scores = write("scores.onnx", Dim.symbol("N"), "s", product);
        Node probabilities = Node.of("Softmax", List.of("s"), List.of("p"), Map.of("axis", Attribute.of(-1)));
        softmax = write("softmax.onnx", Dim.of(3), "p", product, probabilities);
    }

    private String write(String name, Dim batch, String output, Node... nodes) throws IOException {
        Graph g = new Graph(
                "g",
                List.of(nodes),
                Map.of("w", Tensor.floats(Shape.of(2, 3), 1, 0, 0, 0, 1, 0)),
                List.of(ValueInfo.of("x", DType.FLOAT, batch, Dim.of(2))),
                List.of(ValueInfo.of(output, DType.FLOAT, batch, Dim.of(3))),
                Map.of(),
                Extra.NONE);
        Path file = folder.resolve(name);
        OnnxFile.write(Model.of(17, g), file);
        return file.toString();
    }

    private static double crossEntropy() {
        double sum = 0;
        for (int i = 0; i < LABELS.length; i++) {
            double total = 0;
            for (double s : SCORES[i]) {
                total += Math.exp(s);
            }
            sum += Math.log(total) - SCORES[i][LABELS[i]];
        }
        return sum / LABELS.length;
    }

    private JsonNode json(String... args) {
        CommandRun run = CommandRun.of(args);
        assertThat(run.err()).isEmpty();
        return JsonMapper.shared().readTree(run.out());
    }

    @Test
    void eval_counts_right_answers_and_averages_the_cross_entropy() {
        JsonNode row =
                json("eval", scores, "--data", data, "--batch", "3", "--json").get(0);
        assertThat(row.get("samples").asLong()).isEqualTo(4);
        assertThat(row.get("accuracy").asDouble()).isEqualTo(0.75);
        assertThat(row.get("loss").asDouble()).isCloseTo(crossEntropy(), within(1e-6));
    }

    @Test
    void eval_knows_a_softmax_at_the_end_and_fills_a_fixed_batch_up() {
        JsonNode row = json("eval", softmax, "--data", data, "--json").get(0);
        assertThat(row.get("samples").asLong()).isEqualTo(4);
        assertThat(row.get("accuracy").asDouble()).isEqualTo(0.75);
        assertThat(row.get("loss").asDouble()).isCloseTo(crossEntropy(), within(1e-6));
    }

    /** Halved scores order the same but cost more where the answer was right by far. */
    @Test
    void eval_normalizes_as_told() {
        JsonNode same = json("eval", scores, "--data", data, "--normalize", "0/2", "--json")
                .get(0);
        assertThat(same.get("accuracy").asDouble()).isEqualTo(0.75);
        assertThat(same.get("loss").asDouble()).isGreaterThan(crossEntropy());
    }

    @Test
    void eval_looks_at_the_first_samples_only_when_told() {
        JsonNode row =
                json("eval", scores, "--data", data, "--limit", "2", "--json").get(0);
        assertThat(row.get("samples").asLong()).isEqualTo(2);
        assertThat(row.get("accuracy").asDouble()).isEqualTo(1);
    }

    @Test
    void bench_has_a_row_for_each_model_and_setting() {
        JsonNode rows =
                json("bench", scores, scores, "--threads", "1,2", "--batch", "1,4", "--seconds", "0.02", "--json");
        assertThat(rows).hasSize(8);
        JsonNode last = rows.get(7);
        assertThat(last.get("threads").asInt()).isEqualTo(2);
        assertThat(last.get("batch").asInt()).isEqualTo(4);
        assertThat(last.get("macs").asLong()).isEqualTo(4 * 6);
        assertThat(last.get("parameters").asLong()).isEqualTo(6);
        assertThat(last.get("latencyMillis").asDouble()).isPositive();
        assertThat(rows.get(0).get("speedup").asDouble()).isEqualTo(1);
    }

    @Test
    void bench_takes_the_batch_of_a_shape() {
        JsonNode row = json("bench", scores, "--shape", "x=4x2", "--seconds", "0.02", "--json")
                .get(0);
        assertThat(row.get("batch").asInt()).isEqualTo(4);
        assertThat(row.get("macs").asLong()).isEqualTo(4 * 6);
        assertThat(json("bench", scores, "--shape", "x=4x2", "--batch", "2", "--seconds", "0.02", "--json")
                        .get(0)
                        .get("batch")
                        .asInt())
                .isEqualTo(2);
    }

    @Test
    void eval_brings_pictures_to_the_size_of_each_model() throws IOException {
        Path photos = folder.resolve("photos");
        for (int i = 0; i < 8; i++) {
            Path of = Files.createDirectories(photos.resolve(i % 2 == 0 ? "dark" : "light"));
            BufferedImage image = new BufferedImage(9, 9, BufferedImage.TYPE_INT_RGB);
            ImageIO.write(image, "png", of.resolve(i + ".png").toFile());
        }
        Path large = folder.resolve("large.onnx");
        Path small = folder.resolve("small.onnx");
        OnnxFile.write(Zoo.create("mlp-4", 3, 8, 8, 2, 1), large);
        OnnxFile.write(Zoo.create("mlp-4", 3, 6, 6, 2, 1), small);
        JsonNode rows = json("eval", large.toString(), small.toString(), "--data", photos.toString(), "--json");
        assertThat(rows.get(1).get("samples").asLong()).isEqualTo(8);
        CommandRun family = CommandRun.of(
                "family",
                large.toString(),
                small.toString(),
                "--data",
                photos.toString(),
                "--seconds",
                "0.02",
                "-o",
                folder.resolve("family").toString());
        assertThat(family.code()).as(family.err()).isZero();
    }

    @Test
    void compare_shows_differences_and_accuracy() throws IOException {
        String twice = folder.resolve("twice.onnx").toString();
        Model model = OnnxFile.read(Path.of(scores));
        Tensor doubled = Tensor.floats(Shape.of(2, 3), 2, 0, 0, 0, 2, 0);
        OnnxFile.write(model.withGraph(model.graph().plusInitializers(Map.of("w", doubled))), Path.of(twice));
        JsonNode json = json("compare", scores, twice, scores, "--data", data, "--json");
        assertThat(json.get("models")).hasSize(3);
        assertThat(json.get("models").get(1).get("accuracy").asDouble()).isEqualTo(0.75);
        assertThat(json.get("differences").get(0).get("maxRelative").asDouble()).isCloseTo(1, within(1e-6));
        assertThat(json.get("differences").get(1).get("maxAbsolute").asDouble()).isZero();
    }

    @Test
    void tables_are_printed_for_people() {
        assertThat(CommandRun.of("eval", scores, "--data", data).out().lines())
                .first()
                .asString()
                .matches("model +samples +accuracy +loss");
        assertThat(CommandRun.of("compare", scores, scores).out()).contains("p50 ms", "max difference");
    }
}

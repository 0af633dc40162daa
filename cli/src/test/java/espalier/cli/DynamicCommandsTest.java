package espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import espalier.data.Npz;
import espalier.exit.Entropy;
import espalier.exit.ExitPoints;
import espalier.graph.DType;
import espalier.graph.Dim;
import espalier.graph.Model;
import espalier.graph.Shape;
import espalier.graph.Tensor;
import espalier.graph.ValueInfo;
import espalier.onnx.OnnxFile;
import espalier.onnx.OnnxText;
import espalier.pass.ExitStages;
import espalier.runtime.ExitManifest;
import espalier.runtime.ModelFamily;
import espalier.runtime.Variant;
import espalier.zoo.Zoo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Exits and families from the command line, on twenty black images of ten classes: one in ten is right, whatever is learned. */
class DynamicCommandsTest {
    @TempDir
    static Path folder;

    @BeforeAll
    static void files() throws IOException {
        BadFiles.write(folder);
        CommandRun made = run(
                "exits DIR/good.onnx --data DIR/digits --at pool1,pool2 --epochs 1 --calibration 50% --threads 1 -o DIR/out");
        assertThat(made.err()).doesNotContain("espalier:");
        assertThat(made.code()).isZero();
        assertThat(made.out()).contains("out/stages/exits.json");
    }

    private static CommandRun run(String line) {
        return CommandRun.of(line.replace("DIR", folder.toString()).split(" "));
    }

    private static void refuses(String line, int code, String message) {
        CommandRun refused = run(line);
        assertThat(refused.err().lines().filter(l -> !l.startsWith("step ")))
                .containsExactly("espalier: " + message.replace("DIR", folder.toString()));
        assertThat(refused.code()).isEqualTo(code);
    }

    @Test
    void exits_are_evaluated_each_alone_and_together() {
        CommandRun run = run("eval DIR/out/stages/exits.json --data DIR/digits --threads 1 --json");
        assertThat(run.code()).isZero();
        JsonNode rows = new JsonMapper().readTree(run.out());
        assertThat(rows).hasSize(4);
        assertThat(rows.get(2).get("exit").asString("")).isEqualTo("last");
        rows.forEach(r -> assertThat(r.get("accuracy").asDouble()).isEqualTo(0.1));
        assertThat(rows.get(0).get("meanMacs").asLong())
                .isLessThan(rows.get(1).get("meanMacs").asLong());
    }

    @Test
    void a_network_that_takes_images_of_any_size_gets_exits_too() throws IOException {
        Model fixed = Zoo.create("resnet8@0.25", 1, 28, 28, 10, 1);
        Dim[] free = {Dim.symbol("N"), Dim.of(1), Dim.symbol("H"), Dim.symbol("W")};
        Model any = fixed.withGraph(fixed.graph().withInputs(List.of(ValueInfo.of("input", DType.FLOAT, free))));
        OnnxFile.write(any, folder.resolve("any.onnx"));
        CommandRun run = run(
                "exits DIR/any.onnx --data DIR/digits --count 1 --epochs 1 --calibration 50% --threads 1 -o DIR/any");
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(folder.resolve("any/stages/exits.json")).isRegularFile();
        CommandRun family =
                run("family DIR/any.onnx --exits DIR/any --data DIR/digits --seconds 0.05 -o DIR/sizes --json");
        assertThat(family.code()).as(family.err()).isZero();
        assertThat(new JsonMapper().readTree(family.out()).get(0).get("macs").asLong())
                .isPositive();
    }

    /** Eight samples of class 0 whose second input, which the last stage alone reads, decides: the first exit is wrong on all. */
    @Test
    void an_input_that_a_later_stage_alone_reads_is_fed() throws IOException {
        Model model = OnnxText.parse("""
                <ir_version: 8, opset_import: ["" : 17]>
                g (float[N,2] x, float[N,2] z) => (float[N,2] y, float[N,2] early) {
                  a = Relu(x)
                  early = Identity(a)
                  y = Add(a, z)
                }
                """);
        Model both = new ExitPoints(List.of("a"), List.of("early"), new Entropy(), List.of(-1.0)).into(model);
        Path stages = folder.resolve("two/stages");
        Path manifest = ExitManifest.write(both, ExitStages.of(both), stages);
        Files.writeString(folder.resolve("two/report.json"), """
                {"steps": [{"details": {"curve": [{"thresholds": [-1.0]}]}}]}""");
        OnnxFile.write(model, folder.resolve("two.onnx"));
        float[] wrong = new float[16];
        float[] decisive = new float[16];
        for (int i = 0; i < 8; i++) {
            wrong[2 * i + 1] = 1;
            decisive[2 * i] = 5;
        }
        Shape shape = Shape.of(8, 2);
        Npz.write(
                folder.resolve("two.npz"),
                Map.of(
                        "x", Tensor.floats(shape, wrong),
                        "z", Tensor.floats(shape, decisive),
                        "labels", Tensor.longs(Shape.of(8), new long[8])));
        CommandRun run = run("eval " + manifest + " --data DIR/two.npz --threads 1 --json");
        assertThat(run.code()).as(run.err()).isZero();
        JsonNode rows = new JsonMapper().readTree(run.out());
        assertThat(rows.get(0).get("accuracy").asDouble()).isZero();
        assertThat(rows.get(1).get("accuracy").asDouble()).isEqualTo(1);
        CommandRun drawn =
                run("family DIR/two.onnx --exits DIR/two --data DIR/two.npz --seconds 0.05 -o DIR/drawn --json");
        assertThat(drawn.code()).as(drawn.err()).isZero();
        assertThat(new JsonMapper().readTree(drawn.out()).get(1).get("accuracy").asDouble())
                .isEqualTo(1);
    }

    @Test
    void a_deadline_that_is_too_short_is_counted() {
        CommandRun run =
                run("eval DIR/out/stages/exits.json --data DIR/digits --threads 1 --within 1e-6 --batch 5 --json");
        JsonNode early = new JsonMapper().readTree(run.out()).get(3);
        assertThat(early.get("late").asLong()).isEqualTo(4);
    }

    @Test
    void a_family_is_measured_and_drawn() throws IOException {
        Files.writeString(folder.resolve("half.yaml"), """
                model: good.onnx
                data: digits
                steps:
                  - prune: {ratio: 50%, retrain: {epochs: 1}}
                """);
        CommandRun run = run(
                "family DIR/good.onnx DIR/half.yaml --data DIR/digits --threads 1,2 --seconds 0.05 -o DIR/family --json");
        assertThat(run.code()).as(run.err()).isZero();
        JsonNode rows = new JsonMapper().readTree(run.out());
        assertThat(rows.get(0).get("dominatedBy").isNull()).isFalse();
        assertThat(rows.get(1).get("name").asString("")).isEqualTo("half");
        assertThat(rows.get(1).get("latencyMillis2").asDouble()).isPositive();
        assertThat(Files.readString(folder.resolve("family/family.svg")))
                .startsWith("<svg")
                .contains(">half</text>");
        assertThat(Files.readString(folder.resolve("family/family.json"))).contains("\"dominatedBy\": \"half\"");
    }

    @Test
    void models_that_do_not_fit_are_refused_before_recipes_are_run() throws IOException {
        Files.writeString(folder.resolve("long.yaml"), "model: good.onnx\ndata: digits\nsteps: [prune]\n");
        CommandRun run = run("family DIR/long.yaml DIR/colour.onnx --data DIR/digits -o DIR/unfit");
        assertThat(run.code()).isEqualTo(65);
        assertThat(run.err()).contains("colour.onnx: ", "samples are [1,28,28]");
        assertThat(folder.resolve("unfit")).doesNotExist();
    }

    @Test
    void files_that_no_family_has_written_are_not_replaced() throws IOException {
        Path mine =
                Files.writeString(Files.createDirectory(folder.resolve("mine")).resolve("good.onnx"), "mine");
        String family = "family DIR/good.onnx --data DIR/digits --seconds 0.02 -o DIR/mine";
        refuses(
                family,
                65,
                "DIR/mine/good.onnx: is there already and not of an earlier family: choose another --output, or --force to"
                        + " replace it");
        assertThat(mine).hasContent("mine");
        assertThat(run(family + " --force").code()).isZero();
        assertThat(run(family).code()).isZero();
    }

    @Test
    void a_recipe_that_was_changed_is_run_again_where_forced() throws IOException {
        String recipe = "model: good.onnx\ndata: digits\nsteps: [{prune: {ratio: %s, retrain: {epochs: 1}}}]\n";
        String family = "family DIR/changed.yaml --data DIR/digits --seconds 0.02 -o DIR/changed";
        Files.writeString(folder.resolve("changed.yaml"), recipe.formatted("50%"));
        assertThat(run(family).code()).isZero();
        Files.writeString(folder.resolve("changed.yaml"), recipe.formatted("25%"));
        refuses(
                family,
                65,
                "DIR/changed/runs/changed: holds the run of another recipe: choose another --output, or --force to replace it");
        assertThat(run(family + " --force").code()).isZero();
    }

    @Test
    void exits_are_drawn_beside_a_family() throws IOException {
        CommandRun run =
                run("family DIR/good.onnx --exits DIR/out --data DIR/digits --seconds 0.05 -o DIR/beside --json");
        assertThat(run.code()).as(run.err()).isZero();
        JsonNode rows = new JsonMapper().readTree(run.out());
        assertThat(rows.get(1).get("name").asString("")).isEqualTo("out 1");
        rows.forEach(r -> assertThat(r.get("accuracy").asDouble()).isEqualTo(0.1));
        assertThat(rows.get(1).get("macs").asLong()).isPositive();
        assertThat(rows.get(1).get("latencyMillis1").asDouble()).isPositive();
        assertThat(Files.readString(folder.resolve("beside/family.svg")))
                .contains("stroke-dasharray")
                .contains(">out</text>");
        assertThat(Files.readString(folder.resolve("beside/family.json")))
                .contains("\"good\"")
                .doesNotContain("out 1");
        assertThat(Files.readString(folder.resolve("out/report.json"))).contains("latencyMillisWithoutExits");
        refuses(
                "family DIR/good.onnx --exits DIR/digits --data DIR/digits -o DIR/h",
                65,
                "DIR/digits: holds no network with exits: give a folder that espalier exits has written");
    }

    /** All images are black, so all leave at the same exit. */
    @Test
    void exits_are_drawn_without_labels_too() throws IOException {
        Npz.write(
                folder.resolve("black.npz"),
                Map.of("x", Tensor.floats(Shape.of(6, 1, 28, 28), new float[6 * 28 * 28])));
        CommandRun run =
                run("family DIR/good.onnx --exits DIR/out --data DIR/black.npz --seconds 0.05 -o DIR/black --json");
        assertThat(run.code()).as(run.err()).isZero();
        JsonNode point = new JsonMapper().readTree(run.out()).get(1);
        assertThat(point.get("name").asString("")).isEqualTo("out 1");
        assertThat(point.get("accuracy").isNull()).isTrue();
        assertThat(point.get("macs").asLong()).isPositive();
        assertThat(point.get("latencyMillis1").asDouble()).isPositive();
        assertThat(Files.readString(folder.resolve("black/family.svg"))).doesNotContain("NaN");
    }

    @Test
    void widths_are_trained_and_deployed_in_one_file() throws IOException {
        CommandRun run = run("slim DIR/good.onnx --data DIR/digits --widths 1,0.5 --epochs 1 --threads 1 -o DIR/slim");
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.out()).contains("slim/widths/family.json");
        assertThat(folder.resolve("slim/widths")).isDirectoryContaining("glob:**width-0.5.onnx");
        try (ModelFamily family = ModelFamily.open(folder.resolve("slim/widths/family.json"))) {
            assertThat(family.variants()).extracting(Variant::name).containsExactly("width-1", "width-0.5");
            assertThat(family.variants().get(1).accuracy()).hasValue(0.1);
            assertThat(family.variants().get(1).latency(1)).isPositive();
        }
        Path stale = Files.writeString(folder.resolve("slim/widths/width-0.25.onnx"), "of another run");
        assertThat(run("slim DIR/good.onnx --data DIR/digits --widths 1,0.5 --epochs 1 --threads 1 -o DIR/slim")
                        .code())
                .isZero();
        assertThat(stale).doesNotExist();
        CommandRun taken = run("width DIR/slim/model.onnx --data DIR/digits --of 0.5 --threads 1 -o DIR/half");
        assertThat(taken.code()).as(taken.err()).isZero();
        refuses(
                "width DIR/slim/model.onnx --data DIR/digits --of 0.3 -o DIR/e",
                65,
                "width 0.3 is not among those of the model: 1, 0.5");
        refuses(
                "prune DIR/slim/model.onnx --data DIR/digits -o DIR/f",
                65,
                "the network has the widths 1, 0.5: take one of them first, with the step 'width'");
        refuses(
                "quantize DIR/slim/model.onnx --mode dynamic -o DIR/f",
                65,
                "the network has the widths 1, 0.5: take one of them first, with the step 'width'");
        refuses(
                "slim DIR/good.onnx --data DIR/digits --widths 0.5,0.25 -o DIR/g",
                65,
                "--widths: widths must have the whole network among them: add 1");
    }

    /** The first stage reads x alone, the last one z. */
    @Test
    void stages_that_read_some_of_the_inputs_are_measured() {
        Model model = OnnxText.parse("""
                <ir_version: 8, opset_import: ["" : 17]>
                g (float[N,T] x, float[N,T] z) => (float[N,T] y, float[N,T] early) {
                  a = Relu(x)
                  early = Identity(a)
                  y = Add(a, z)
                }
                """);
        Map<String, Shape> sizes = Map.of("x", Shape.of(1, 3), "z", Shape.of(1, 3));
        Model both = new ExitPoints(List.of("a"), List.of("early"), new Entropy(), List.of(-1.0)).into(model);
        List<Model> stages =
                ExitStages.of(both, sizes).stream().map(s -> s.model()).toList();
        assertThat(new OrtReferee(1, sizes, Duration.ofMillis(50)).latencyMillis(stages))
                .hasSize(2);
    }

    @Test
    void what_cannot_be_used_is_one_line() {
        String calibrated =
                "the network has exits at pool1, pool2, with thresholds for it as it is: put the step 'exits' last";
        refuses("prune DIR/out/model.onnx --data DIR/digits -o DIR/i", 65, calibrated);
        refuses("quantize DIR/out/model.onnx --mode dynamic -o DIR/j", 65, calibrated);
        refuses(
                "exits DIR/good.onnx --data DIR/digits --at pool9 -o DIR/a",
                65,
                "the network has no value 'pool9' to attach an exit to, did you mean 'pool1'?");
        refuses(
                "exits DIR/good.onnx --data DIR/digits --at fc1.bias -o DIR/b",
                65,
                "an exit cannot be attached to 'fc1.bias' float[500]: it carries no batch, choose the output of a layer");
        refuses(
                "exits DIR/good.onnx --data DIR/digits --drop 2 -o DIR/c",
                65,
                "--drop: drop must lie between 0 and 1, got 2.0");
        refuses(
                "eval DIR/out/stages/exits.json --data DIR/digits --thresholds 1",
                65,
                "1 thresholds for 2 exits before the last: give one for each");
        refuses("eval DIR/out/none.json --data DIR/digits", 74, "DIR/out/none.json: no such file or folder");
        refuses(
                "eval DIR/out/report.json --data DIR/digits",
                65,
                "DIR/out/report.json: is not a manifest of the format 'espalier-exits'");
        refuses(
                "family DIR/good.onnx DIR/out/../good.onnx --data DIR/digits -o DIR/d",
                65,
                "DIR/out/../good.onnx: two variants are called 'good': rename one");
    }
}

package espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import espalier.onnx.OnnxFile;
import espalier.zoo.Zoo;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class InspectCommandTest {
    @TempDir
    Path folder;

    private String model;

    @BeforeEach
    void write_a_model() throws Exception {
        Path file = folder.resolve("lenet5.onnx");
        OnnxFile.write(Zoo.create("lenet5", 1, 28, 28, 10, 1), file);
        model = file.toString();
    }

    private JsonNode json(String... args) {
        return JsonMapper.shared().readTree(CommandRun.of(args).out());
    }

    @Test
    void prints_a_row_for_each_node_and_the_totals() {
        CommandRun run = CommandRun.of("inspect", model);
        assertThat(run.err()).isEmpty();
        assertThat(run.out().lines().skip(1))
                .startsWith("input   input float[N,1,28,28]", "output  logits float[N,10]")
                .anyMatch(l -> l.matches("conv1 +Conv +float\\[N,20,24,24] +520 +288 k +2.08 kB"))
                .last()
                .asString()
                .contains("431,080 parameters, 2.29 M MACs and ", " of activations at most for a batch of 1");
    }

    @Test
    void json_has_the_same_in_numbers() {
        JsonNode json = json("inspect", model, "--json");
        assertThat(json.get("macs").asLong()).isEqualTo(2_293_000);
        assertThat(json.get("parameters").asLong()).isEqualTo(431_080);
        assertThat(json.get("bytes").asLong()).isEqualTo(Path.of(model).toFile().length());
        assertThat(json.get("inputs").get("input").asString()).isEqualTo("float[N,1,28,28]");
        assertThat(json.get("layers").get(0).get("operator").asString()).isEqualTo("Conv");
    }

    @Test
    void counts_for_the_batch_that_a_shape_asks_for() {
        JsonNode json = json("inspect", model, "--shape", "8x1x28x28", "--json");
        assertThat(json.get("batch").asLong()).isEqualTo(8);
        assertThat(json.get("macs").asLong()).isEqualTo(8 * 2_293_000);
    }

    @Test
    void groups_say_who_makes_and_who_reads_the_channels() {
        assertThat(CommandRun.of("inspect", model, "--groups").out())
                .contains("conv1: 20 units\n  made by conv1 (20)\n  read by conv2\n")
                .contains("layer that keeps its channels");
        JsonNode group =
                json("inspect", model, "--groups", "--json").get("groups").get(0);
        assertThat(group.get("units").asLong()).isEqualTo(20);
        assertThat(group.get("slots").get(2).get("initializer").asString()).isEqualTo("conv2.weight");
    }

    @Test
    void importance_shows_how_norms_spread_and_warns_where_they_say_little() {
        CommandRun run = CommandRun.of("inspect", model, "--importance", "l1");
        assertThat(run.err()).isEmpty();
        assertThat(run.out().lines())
                .anyMatch(l -> l.matches("conv1 +20 .*%  \\|[_.:=+*#-]{10}\\|  !"))
                .anyMatch(l -> l.matches(
                        "fc1: norms hardly differ \\(spread 0\\.\\d\\d\\): fpgm or taylor judge these filters better"));
        JsonNode layer = json("inspect", model, "--importance", "l2", "--json")
                .get("layers")
                .get(0);
        assertThat(layer.get("units").asInt()).isEqualTo(20);
        assertThat(layer.get("scores").size()).isEqualTo(20);
        assertThat(layer.get("warning").asString()).startsWith("norms hardly differ");
        assertThat(json("inspect", model, "--importance", "fpgm", "--json")
                        .get("layers")
                        .get(0)
                        .get("warning")
                        .isNull())
                .isTrue();
    }

    @Test
    void importance_that_needs_data_or_does_not_exist_is_refused() {
        assertThat(CommandRun.of("inspect", model, "--importance", "taylor").err())
                .isEqualTo(
                        "espalier: " + model
                                + ": importance that looks at data cannot be asked here: take one that looks at weights, as l1\n");
        assertThat(CommandRun.of("inspect", model, "--importance", "slimming").err())
                .isEqualTo(
                        "espalier: " + model
                                + ": layer 'conv1' has no batch norm to judge it by: exclude it, or take another importance, as l1\n");
        assertThat(CommandRun.of("inspect", model, "--importance", "l3").err())
                .isEqualTo("espalier: --importance: unknown method 'l3', did you mean 'l1'?\n");
    }

    @Test
    void text_is_the_graph_as_other_tools_write_it() {
        assertThat(CommandRun.of("inspect", model, "--text").out())
                .contains("(float[N,1,28,28] input) => (float[N,10] logits) <\n")
                .contains("float[20,1,5,5] \"conv1.weight\" = {...},\n");
    }
}

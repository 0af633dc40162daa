package espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import espalier.onnx.OnnxFile;
import espalier.zoo.Zoo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class FactorizeCommandTest {
    @TempDir
    Path folder;

    private String model;

    @BeforeEach
    void write_model() throws IOException {
        Path file = folder.resolve("m.onnx");
        OnnxFile.write(Zoo.create("mlp-40-30", 1, 6, 6, 10, 1), file);
        model = file.toString();
    }

    @Test
    void a_dry_run_prints_what_each_layer_would_gain_and_writes_nothing() throws IOException {
        CommandRun run = CommandRun.of("factorize", model, "--dry-run", "--rank", "{number: {rank: 6}}");
        assertThat(run.code()).isZero();
        // 6 (36 + 40) = 456 of 1,440 and 6 (40 + 30) = 420 of 1,200
        assertThat(run.out()).contains("fc1", "456", "fc2", "420");
        // 6 (30 + 10) = 240 of 300
        assertThat(run.out()).contains("1.82 k weights fewer, 2.94 k -> 1.12 k MACs");
        try (var files = Files.list(folder)) {
            assertThat(files).hasSize(1);
        }
    }

    @Test
    void a_dry_run_says_where_it_does_not_pay_and_speaks_json() {
        CommandRun run = CommandRun.of("factorize", model, "--dry-run", "--rank", "{number: {rank: 8}}", "--json");
        JsonNode json = new JsonMapper().readTree(run.out());
        assertThat(json.get("macs").asLong()).isEqualTo(2940);
        assertThat(json.at("/layers/0/weightsAfter").asLong()).isEqualTo(8 * 76);
        assertThat(json.at("/notes/0").asString())
                .isEqualTo(
                        "fc3: stays: at rank 8 it would have 320 weights and 320 multiply-adds instead of 300 and 300");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{number: {rank: 0}}  | rank: rank must be 1 or more, got 0",
                "{number: {rank: 11}} | layer 'fc3': rank 11 is above its full rank 10: give a lower one, or exclude the layer",
                "{budget: {of: latency}} | a budget of latency is measured on data and this machine: give --data, without --dry-run",
            })
    void refuses_ranks_in_one_line(String rank, String message) {
        CommandRun run = CommandRun.of("factorize", model, "--dry-run", "--rank", rank);
        assertThat(run.code()).isEqualTo(ExitCode.BAD_INPUT);
        assertThat(run.err().strip().lines()).hasSize(1);
        assertThat(run.err()).contains(message.replace("rank: rank", "rank"));
    }

    @Test
    void refuses_a_layer_that_is_not_there() {
        CommandRun run = CommandRun.of("factorize", model, "--dry-run", "--include", "conv*");
        assertThat(run.err()).contains("include pattern 'conv*' matches no layer; there are: fc1, fc2, fc3");
    }
}

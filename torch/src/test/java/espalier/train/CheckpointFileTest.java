package espalier.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import espalier.graph.BadInputException;
import espalier.graph.DType;
import espalier.graph.Shape;
import espalier.graph.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointFileTest {
    @TempDir
    Path folder;

    private Path file;
    private Checkpoint checkpoint;

    @BeforeEach
    void write() {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        tensors.put("weight/ä", Tensor.floats(Shape.of(2, 3), 1, -2, Float.NaN, 4, 5, 6));
        tensors.put("slot/none", Tensor.floats(Shape.of(0)));
        tensors.put("count", Tensor.scalar(7L));
        tensors.put("half", Tensor.zeros(DType.BFLOAT16, Shape.of(3)));
        checkpoint = new Checkpoint(Map.of("step", "12"), tensors);
        file = folder.resolve("deep/er/run.ckpt");
        CheckpointFile.write(checkpoint, file);
    }

    @Test
    void gives_back_what_was_written() {
        assertThat(CheckpointFile.read(file)).isEqualTo(checkpoint);
    }

    @Test
    void replaces_an_older_one_and_leaves_nothing_beside_it() throws IOException {
        Checkpoint newer = new Checkpoint(Map.of("step", "13"), Map.of());
        CheckpointFile.write(newer, file);
        assertThat(CheckpointFile.read(file)).isEqualTo(newer);
        try (var files = Files.list(file.getParent())) {
            assertThat(files).containsExactly(file);
        }
    }

    @Test
    void is_not_disturbed_by_a_temporary_file_that_a_killed_run_left() throws IOException {
        Files.writeString(file.resolveSibling("run.ckpt.part"), "x".repeat(10_000));
        CheckpointFile.write(checkpoint, file);
        assertThat(CheckpointFile.read(file)).isEqualTo(checkpoint);
    }

    @Test
    void is_refused_when_any_byte_is_altered() throws IOException {
        byte[] good = Files.readAllBytes(file);
        for (int i = 0; i < good.length; i++) {
            byte[] bad = good.clone();
            bad[i] ^= 0x40;
            refused(
                    bad,
                    i < 8
                            ? "not a checkpoint of this version: delete it or name another file"
                            : "truncated or altered: delete it to start again");
        }
    }

    @Test
    void is_refused_when_cut_or_lengthened_anywhere() throws IOException {
        byte[] good = Files.readAllBytes(file);
        for (int n = 8; n < good.length; n++) {
            refused(java.util.Arrays.copyOf(good, n), "truncated or altered: delete it to start again");
        }
        refused(java.util.Arrays.copyOf(good, good.length + 1), "truncated or altered: delete it to start again");
        refused(new byte[0], "not a checkpoint of this version: delete it or name another file");
    }

    @Test
    void allocates_nothing_for_lengths_that_the_file_does_not_have() throws IOException {
        ByteBuffer huge = ByteBuffer.allocate(200);
        huge.put(CheckpointFile.MAGIC).putInt(0).putInt(1).putInt(1).put("w".getBytes(StandardCharsets.UTF_8));
        huge.putInt(1).putInt(2).putLong(1L << 40).putLong(1L << 40);
        refused(huge.array(), "truncated or altered: delete it to start again");
    }

    private void refused(byte[] bytes, String reason) throws IOException {
        Path bad = folder.resolve("bad.ckpt");
        Files.write(bad, bytes);
        assertThatThrownBy(() -> CheckpointFile.read(bad))
                .isInstanceOf(BadInputException.class)
                .hasMessage(bad + ": " + reason);
    }

    @Test
    void says_when_it_cannot_be_written() {
        assertThatThrownBy(() -> CheckpointFile.write(checkpoint, file.resolve("below-a-file")))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageStartingWith("cannot write the checkpoint " + file.resolve("below-a-file"));
    }
}

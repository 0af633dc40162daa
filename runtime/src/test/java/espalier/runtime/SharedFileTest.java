package espalier.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import espalier.graph.Model;
import espalier.graph.Node;
import espalier.graph.Shape;
import espalier.graph.Tensor;
import espalier.onnx.OnnxText;
import espalier.pack.PackedFile;
import espalier.width.Widths;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SharedFileTest {
    /** y = relu(x W1) W2 with two hidden channels, of which the half has the first. */
    private static final Model WHOLE =
            new Widths(List.of(1.0, 0.5), List.of("y", "half_y"), List.of(0.9, 0.8)).into(OnnxText.parse("""
                    <ir_version: 8, opset_import: ["" : 17]>
                    whole (float[N,2] x) => (float[N,2] y, float[N,2] half_y)
                    <float[2,2] first = {1, 2, 3, 4}, float[2,2] second = {1, 10, 100, 1000},
                     int64[1] zero = {0}, int64[1] one = {1}, int64[1] row = {0}, int64[1] column = {1}>
                    {
                      a = MatMul(x, first)
                      b = Relu(a)
                      y = MatMul(b, second)
                      half_first = Slice(first, zero, one, column)
                      half_second = Slice(second, zero, one, row)
                      half_a = MatMul(x, half_first)
                      half_b = Relu(half_a)
                      half_y = MatMul(half_b, half_second)
                    }"""));

    private static final Map<String, Tensor> INPUT = Map.of("x", Tensor.floats(Shape.of(1, 2), 1, 1));

    @TempDir
    private Path folder;

    private Path written() throws IOException {
        Path file = folder.resolve("widths.esp");
        PackedFile.write(PackedFile.pack(WHOLE).bytes(), file);
        List<Variant> variants = List.of(
                variant(file, 1, 8, new Variant.Part("y", 100)), variant(file, 0.5, 4, new Variant.Part("half_y", 60)));
        Path manifest = folder.resolve(FamilyManifest.FILE);
        FamilyManifest.judged(variants).write(manifest);
        return manifest;
    }

    private static Variant variant(Path file, double width, long macs, Variant.Part part) throws IOException {
        return new Variant(
                "width-" + Widths.text(width),
                Artifact.of(file),
                macs,
                16,
                OptionalDouble.of(0.5 + width / 4),
                Map.of(1, width),
                Optional.empty(),
                Optional.of(part));
    }

    @Test
    void every_variant_runs_out_of_one_file() throws IOException {
        Path manifest = written();
        try (ModelFamily family = ModelFamily.open(manifest)) {
            Variant wide = family.variants().get(0);
            Variant half = family.variants().get(1);
            // (1 + 3, 2 + 4) (1 10; 100 1000) = (4 + 600, 40 + 6000); its first channel alone: 4 (1 10)
            assertThat(scores(family, wide)).containsExactly(604, 6040);
            assertThat(scores(family, half)).containsExactly(4, 40);
            assertThat(half.memoryBytes()).isEqualTo(76);
            assertThat(family.select(new Budget().withMacs(4)).name()).isEqualTo("width-0.5");
            assertThat(family.select(new Budget()).name()).isEqualTo("width-1");
        }
        assertThat(FamilyManifest.read(manifest).variants().get(1).part()).contains(new Variant.Part("half_y", 60));
        assertThat(Files.readString(manifest)).contains("\"version\": 2");
    }

    @Test
    void what_subgraphs_read_by_name_is_a_part_of_a_variant() throws IOException {
        Model branching = OnnxText.parse("""
                <ir_version: 8, opset_import: ["" : 17]>
                g (float[N,2] x) => (float[N,2] y, float[N,2] half_y) <bool yes = {1}, float[2] w = {10, 20}>
                {
                  y = Neg(x)
                  b = Abs(x)
                  half_y = If(yes) <
                      then_branch = t () => (float[N,2] u) { u = Add(b, w) },
                      else_branch = e () => (float[N,2] v) { v = Identity(b) }>
                }""");
        Path file = folder.resolve("branching.esp");
        PackedFile.write(PackedFile.pack(branching).bytes(), file);
        Path manifest = folder.resolve(FamilyManifest.FILE);
        FamilyManifest.judged(List.of(variant(file, 0.5, 4, new Variant.Part("half_y", 60))))
                .write(manifest);
        try (ModelFamily family = ModelFamily.open(manifest)) {
            assertThat(scores(family, family.variants().get(0))).containsExactly(11, 21);
        }
    }

    private static float[] scores(ModelFamily family, Variant variant) {
        return Objects.requireNonNull(family.run(variant, INPUT).get("y")).toFloats();
    }

    @Test
    void a_width_is_a_network_of_its_own_with_weights_of_its_own_size() {
        Model half = Widths.of(WHOLE).orElseThrow().network(WHOLE, 1);
        assertThat(half.graph().initializers())
                .isEqualTo(Map.of(
                        "first", Tensor.floats(Shape.of(2, 1), 1, 3), "second", Tensor.floats(Shape.of(1, 2), 1, 10)));
        assertThat(half.graph().nodes()).extracting(Node::opType).containsExactly("MatMul", "Relu", "MatMul");
        assertThat(Widths.of(half)).isEmpty();
    }

    @Test
    void what_is_not_in_the_file_is_one_line() throws IOException {
        Path manifest = written();
        Files.writeString(manifest, Files.readString(manifest).replace("half_y", "third_y"));
        try (ModelFamily family = ModelFamily.open(manifest)) {
            assertThatThrownBy(() -> family.run(family.variants().get(1), INPUT))
                    .hasMessage(manifest + ": the file has no output 'third_y'");
        }
        Files.write(folder.resolve("widths.esp"), new byte[3]);
        assertThatThrownBy(() -> ModelFamily.open(manifest))
                .hasMessage(manifest + ": 'widths.esp' is not the file it was written for (SHA-256 differs): copy the"
                        + " whole folder again");
    }
}

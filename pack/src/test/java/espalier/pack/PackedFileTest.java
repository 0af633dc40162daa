package espalier.pack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import espalier.graph.BadInputException;
import espalier.graph.DType;
import espalier.graph.Model;
import espalier.graph.Shape;
import espalier.graph.Tensor;
import espalier.onnx.OnnxFile;
import espalier.onnx.OnnxText;
import espalier.zoo.Zoo;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PackedFileTest {
    @TempDir
    Path folder;

    /** A small convolution network: pruned, clustered, with scales by row, or as it is. */
    private static Model model(String kind) {
        Random random = new Random(5);
        return Skeleton.map(Zoo.create("lenet5", 1, 16, 16, 10, 1), (name, t) -> {
            if (t.dtype() != DType.FLOAT || t.elements() < 20) {
                return t;
            }
            float[] v = t.toFloats();
            int row = v.length / Math.toIntExact(t.shape().dim(0));
            for (int i = 0; i < v.length; i++) {
                v[i] = switch (kind) {
                    case "clustered" -> Math.round(40 * v[i]) / 40f;
                    case "pruned" -> random.nextInt(12) == 0 ? v[i] : 0;
                    case "deep" -> random.nextInt(20) == 0 ? Math.round(40 * v[i]) / 40f + 0.0125f : 0;
                    case "binary" -> Math.signum(v[i] + 1e-9f) * (1 + i / row / 7f);
                    case "zero" -> 0;
                    default -> v[i];
                };
            }
            return Tensor.floats(t.shape(), v);
        });
    }

    @Test
    void gives_back_the_same_model_in_every_scheme() {
        for (String kind : List.of("plain", "clustered", "pruned", "deep", "binary", "zero")) {
            Model model = OnnxFile.parse(OnnxFile.bytes(model(kind)));
            Packing packing = PackedFile.pack(model);
            assertThat(PackedFile.parse(packing.bytes())).as(kind).isEqualTo(model);
            int whole = OnnxFile.bytes(model).length;
            int atMost = switch (kind) {
                case "plain" -> whole + 100;
                case "clustered" -> whole / 6;
                case "pruned" -> whole / 6;
                case "deep" -> whole / 25;
                case "binary" -> whole / 15;
                default -> 2500;
            };
            assertThat(packing.bytes().length).as(kind).isLessThan(atMost);
            for (Packing.Line line : packing.tensors()) {
                assertThat(line.codebook()).as(line.name()).isLessThanOrEqualTo(line.pruned());
                assertThat(line.pruned()).isLessThanOrEqualTo(line.dense());
            }
        }
    }

    @Test
    void keeps_types_ranks_and_constants() {
        Model model = OnnxText.parse("""
                <ir_version: 8, opset_import: ["" : 17]>
                g (float[N,2] x) => (float[N,2] y) {
                  c = Constant<value = float[3,4] {1,2,3,4,5,6,7,8,9,10,11,12}>()
                  y = Identity(x)
                }
                """);
        java.util.Map<String, Tensor> more = new java.util.LinkedHashMap<>();
        Random random = new Random(3);
        for (DType type : DType.values()) {
            if (type.bits() > 0) {
                ByteBuffer data = Tensor.allocate(type, Shape.of(6, 16));
                random.nextBytes(data.array());
                more.put(type.text(), Tensor.of(type, Shape.of(6, 16), data));
            }
        }
        more.put("empty", Tensor.floats(Shape.of(0, 5)));
        more.put("scalar", Tensor.scalar(3f));
        more.put("bytes", Tensor.zeros(DType.INT8, Shape.of(4000)));
        Model all = model.withGraph(model.graph().plusInitializers(more));
        assertThat(PackedFile.parse(PackedFile.pack(all).bytes())).isEqualTo(all);
    }

    @Test
    void is_refused_or_decoded_equal_when_bytes_change() {
        Model model = OnnxFile.parse(OnnxFile.bytes(model("deep")));
        byte[] good = PackedFile.pack(model).bytes();
        Random random = new Random(11);
        for (int trial = 0; trial < 2000; trial++) {
            byte[] bad = good.clone();
            if (trial % 4 == 0) {
                bad = java.util.Arrays.copyOf(bad, random.nextInt(good.length));
            } else {
                for (int n = random.nextInt(4); n >= 0; n--) {
                    bad[random.nextInt(trial % 2 == 0 ? 60 : bad.length)] ^= (byte) (1 << random.nextInt(8));
                }
            }
            expectRefusedOrEqual(bad, model);
        }
    }

    /** With right checksums, so that what is behind them has to hold. */
    @Test
    void never_fails_otherwise_when_sections_change() {
        for (String kind : List.of("deep", "clustered", "pruned", "binary")) {
            Model model = OnnxFile.parse(OnnxFile.bytes(model(kind)));
            List<byte[]> sections = sections(PackedFile.pack(model).bytes());
            Random random = new Random(13);
            for (int trial = 0; trial < 20; trial++) {
                List<byte[]> changed = new ArrayList<>(sections);
                int at = random.nextInt(sections.size());
                byte[] body = sections.get(at).clone();
                for (int n = random.nextInt(3); n >= 0; n--) {
                    body[random.nextInt(Math.min(body.length, trial % 2 == 0 ? 40 : body.length))] =
                            (byte) random.nextInt(256);
                }
                changed.set(at, body);
                try {
                    PackedFile.parse(assembled(changed));
                } catch (BadInputException e) {
                    assertThat(e.getMessage()).doesNotContain("\n");
                }
            }
        }
    }

    private static void expectRefusedOrEqual(byte[] bad, Model model) {
        try {
            assertThat(PackedFile.parse(bad)).isEqualTo(model);
        } catch (BadInputException e) {
            assertThat(e.getMessage()).startsWith("is ").doesNotContain("\n");
        }
    }

    private static List<byte[]> sections(byte[] file) {
        ByteSource in = new ByteSource(file);
        in.slice(5);
        List<byte[]> bodies = new ArrayList<>();
        while (in.left() > 0) {
            byte[] body = new byte[in.varint(Integer.MAX_VALUE, "a length")];
            in.slice(body.length).get(body);
            in.number(4);
            bodies.add(body);
        }
        return bodies;
    }

    private static byte[] assembled(List<byte[]> bodies) {
        ByteSink out = new ByteSink();
        out.bytes(PackedFile.MAGIC);
        out.u8(PackedFile.VERSION);
        for (byte[] body : bodies) {
            out.varint(body.length);
            out.bytes(body);
            CRC32 crc = new CRC32();
            crc.update(body);
            out.number(crc.getValue(), 4);
        }
        return out.toByteArray();
    }

    private static Model with(Tensor weight) {
        Model model = OnnxText.parse(
                "<ir_version: 8, opset_import: [\"\" : 17]> g (float[N] x) => (float[N] y) { y = Identity(x) }");
        return model.withGraph(model.graph().plusInitializers(java.util.Map.of("w", weight)));
    }

    /** 6 million bytes are 78 MB with what decoding them takes beside. */
    @Test
    void what_a_reader_would_refuse_is_not_written() {
        assertThatThrownBy(() -> PackedFile.pack(with(Tensor.zeros(DType.INT8, Shape.of(1, 6_000_000)))))
                .isInstanceOf(BadInputException.class)
                .hasMessage("the packed file would be refused, for it unfolds to more than 64 MB and 4096 times its"
                        + " size: keep the model as ONNX");
        assertThatThrownBy(() -> PackedFile.requireGraph((1 << 28) + 1))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("is 268435457 bytes, more than the 268435456 that it may have: keep the model");
    }

    @Test
    void two_gigabytes_are_refused_before_they_are_copied() throws IOException {
        Path file = folder.resolve("large");
        try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ByteBuffer large = channel.map(FileChannel.MapMode.READ_WRITE, 0, Integer.MAX_VALUE);
            ByteSink sink = new ByteSink();
            sink.u8(1);
            assertThatThrownBy(() -> sink.bytes(large))
                    .isInstanceOf(BadInputException.class)
                    .hasMessage("the packed file would be larger than 2 GiB: keep the model as ONNX");
        }
    }

    /** A section of some bytes for a tensor of many zeros. */
    @Test
    void memory_that_decoding_needs_is_counted_before_it_is_taken() {
        Model model = with(Tensor.zeros(DType.INT8, Shape.of(100)));
        Model large = Skeleton.map(model, (name, t) -> Tensor.zeros(t.dtype(), Shape.of(0, 6_000_000)));
        List<byte[]> sections = sections(PackedFile.pack(model).bytes());
        byte[] file = assembled(List.of(graph(OnnxFile.bytes(large), 0), sections.get(1)));
        assertThatThrownBy(() -> PackedFile.parse(file))
                .hasMessage("is a damaged packed file (it unfolds to more than 64 MB and 4096 times its size): pack the"
                        + " model again");
    }

    @Test
    void the_graph_has_the_size_it_says() {
        Model model = OnnxFile.parse(OnnxFile.bytes(model("deep")));
        List<byte[]> sections = sections(PackedFile.pack(model).bytes());
        byte[] onnx = OnnxFile.bytes(
                Skeleton.map(model, (name, t) -> t.bytes() < 32 || t.dtype().bits() < 8 ? t : Skeleton.placeholder(t)));
        sections.set(0, graph(onnx, 0));
        assertThat(PackedFile.parse(assembled(sections))).isEqualTo(model);
        sections.set(0, graph(onnx, 1));
        assertThatThrownBy(() -> PackedFile.parse(assembled(sections)))
                .hasMessageContaining("the graph does not end where it should");
    }

    /** The section of a graph, with bytes behind it that its size does not count. */
    private static byte[] graph(byte[] onnx, int more) {
        ByteSink out = new ByteSink();
        out.varint(onnx.length);
        Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION, true);
        deflater.setInput(java.util.Arrays.copyOf(onnx, onnx.length + more));
        deflater.finish();
        byte[] deflated = new byte[onnx.length + 100];
        out.bytes(java.util.Arrays.copyOf(deflated, deflater.deflate(deflated)));
        deflater.end();
        return out.toByteArray();
    }

    @Test
    void a_failed_write_leaves_nothing_beside() throws IOException {
        Path full = Files.createDirectories(folder.resolve("m.esp/full"));
        assertThatThrownBy(() -> PackedFile.write(new byte[10], folder.resolve("m.esp")))
                .isInstanceOf(IOException.class);
        assertThat(full).isDirectory();
        assertThat(folder.resolve("m.esp.part")).doesNotExist();
    }

    @Test
    void a_link_is_written_through() throws IOException {
        Path real = Files.writeString(folder.resolve("real.esp"), "old");
        Path link = Files.createSymbolicLink(folder.resolve("m.esp"), real);
        PackedFile.write(new byte[10], link);
        assertThat(link).isSymbolicLink();
        assertThat(real).hasSize(10);
    }

    @Test
    void values_of_few_bits_have_slots_of_their_own() {
        Set<Integer> slots = new HashSet<>();
        for (int bf16 = 0; bf16 < 4096; bf16++) {
            slots.add(Codebook.slot(bf16 << 16, 1 << 15));
        }
        assertThat(slots).hasSizeGreaterThan(4096 / 2);
    }

    @Test
    void says_in_one_line_why_a_file_is_refused() throws IOException {
        byte[] good = PackedFile.pack(model("deep")).bytes();
        byte[] newer = good.clone();
        newer[4] = 9;
        Path file = folder.resolve("m.esp");
        Files.write(file, newer);
        assertThatThrownBy(() -> PackedFile.read(file))
                .hasMessage(file
                        + ": is a packed file of version 9, this Espalier reads version 1: use one that fits, or pack"
                        + " the model again");
        Files.write(file, java.util.Arrays.copyOf(good, good.length - 3));
        assertThatThrownBy(() -> PackedFile.read(file))
                .hasMessage(file + ": is a damaged packed file (ends too early, at byte " + (good.length - 3)
                        + "): pack the model again");
        Files.write(file, OnnxFile.bytes(model("deep")));
        assertThatThrownBy(() -> PackedFile.read(file))
                .hasMessage(file + ": is not a packed model: give a file that espalier pack has written");
        byte[] flipped = good.clone();
        flipped[good.length - 5] ^= 1;
        Files.write(file, flipped);
        List<Packing.Line> tensors = PackedFile.pack(model("deep")).tensors();
        assertThatThrownBy(() -> PackedFile.read(file))
                .hasMessage(file + ": is a damaged packed file (the checksum of tensor '"
                        + tensors.get(tensors.size() - 1).name() + "' is wrong): pack the model again");
        assertThat(PackedFile.isPacked(file)).isTrue();
    }
}

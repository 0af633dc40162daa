package espalier.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.protobuf.CodedOutputStream;
import espalier.graph.Attribute;
import espalier.graph.DType;
import espalier.graph.Extra;
import espalier.graph.Graph;
import espalier.graph.Model;
import espalier.graph.Node;
import espalier.graph.Shape;
import espalier.graph.Tensor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OnnxFileTest {
    @TempDir
    Path folder;

    @Test
    void random_models_come_back_equal() {
        for (int seed = 0; seed < 300; seed++) {
            Model m = RandomModels.of(seed);
            assertThat(OnnxFile.parse(OnnxFile.bytes(m))).as("seed %d", seed).isEqualTo(m);
        }
    }

    @Test
    void conformance_models_come_back_equal() throws IOException {
        Path data = Path.of("/usr/share/libonnx-testdata/data");
        assumeTrue(Files.isDirectory(data), "libonnx-testdata is not installed");
        List<Path> files;
        try (Stream<Path> all = Files.walk(data)) {
            files = all.filter(p -> p.endsWith("model.onnx")).toList();
        }
        assertThat(files).hasSizeGreaterThan(900);
        for (Path file : files) {
            Model m = OnnxFile.read(file);
            assertThat(OnnxFile.parse(OnnxFile.bytes(m))).as(file.toString()).isEqualTo(m);
        }
    }

    @Test
    void unknown_fields_survive_in_every_message() throws IOException {
        byte[] unknown = fields(o -> o.writeString(999, "from the future"));
        byte[] type = fields(o -> {
            o.writeByteArray(1, fields(t -> t.writeInt32(1, 1)));
            o.writeString(6, "IMAGE");
        });
        byte[] input = fields(o -> {
            o.writeString(1, "x");
            o.writeByteArray(2, type);
            o.writeRawBytes(unknown);
        });
        byte[] sequence = fields(o -> {
            o.writeString(1, "y");
            o.writeByteArray(2, fields(t -> t.writeByteArray(4, fields(s -> s.writeByteArray(1, type)))));
        });
        byte[] node = fields(o -> {
            o.writeString(1, "x");
            o.writeString(2, "y");
            o.writeString(4, "SequenceConstruct");
            o.writeRawBytes(unknown);
        });
        byte[] bytes = fields(o -> {
            o.writeInt64(1, 9);
            o.writeRawBytes(unknown);
            o.writeByteArray(7, fields(g -> {
                g.writeByteArray(1, node);
                g.writeByteArray(11, input);
                g.writeByteArray(12, sequence);
                g.writeRawBytes(unknown);
            }));
            o.writeByteArray(20, fields(t -> t.writeString(1, "training")));
            o.writeByteArray(25, fields(f -> f.writeString(1, "function")));
        });
        Model m = OnnxFile.parse(bytes);
        assertThat(m.extra().bytes()).endsWith(fields(o -> {
            o.writeByteArray(20, fields(t -> t.writeString(1, "training")));
            o.writeByteArray(25, fields(f -> f.writeString(1, "function")));
        }));
        Graph g = m.graph();
        assertThat(g.extra()).isEqualTo(new Extra(unknown));
        assertThat(g.nodes().get(0).extra()).isEqualTo(new Extra(unknown));
        assertThat(g.inputs().get(0).type()).isPresent();
        assertThat(g.inputs().get(0).extra().bytes()).isEqualTo(fields(o -> {
            o.writeRawBytes(unknown);
            o.writeByteArray(2, fields(t -> t.writeString(6, "IMAGE")));
        }));
        assertThat(g.outputs().get(0).type()).isEmpty();
        assertThat(OnnxFile.parse(OnnxFile.bytes(m))).isEqualTo(m);
    }

    @Test
    void elements_in_typed_fields_become_little_endian_bytes() throws IOException {
        assertThat(tensor(DType.FLOAT, o -> o.writeByteArray(4, floats(1, -2))))
                .isEqualTo(Tensor.floats(Shape.of(2), 1, -2));
        assertThat(tensor(DType.FLOAT, o -> {
                    o.writeFloat(4, 1);
                    o.writeFloat(4, -2);
                }))
                .isEqualTo(Tensor.floats(Shape.of(2), 1, -2));
        assertThat(tensor(DType.DOUBLE, o -> {
                    o.writeDouble(10, 0.1);
                    o.writeDouble(10, -3);
                }))
                .isEqualTo(Tensor.doubles(Shape.of(2), 0.1, -3));
        assertThat(tensor(DType.INT64, o -> {
                    o.writeInt64(7, Long.MIN_VALUE);
                    o.writeInt64(7, 5);
                }))
                .isEqualTo(Tensor.longs(Long.MIN_VALUE, 5));
        assertThat(tensor(DType.UINT64, o -> {
                    o.writeUInt64(11, -1);
                    o.writeUInt64(11, 5);
                }))
                .isEqualTo(tensorOf(DType.UINT64, b -> b.putLong(-1).putLong(5)));
        assertThat(tensor(DType.UINT32, o -> {
                    o.writeUInt64(11, 0xffffffffL);
                    o.writeUInt64(11, 5);
                }))
                .isEqualTo(tensorOf(DType.UINT32, b -> b.putInt(-1).putInt(5)));
    }

    @Test
    void elements_in_the_field_for_32_bits_become_those_of_their_type() throws IOException {
        assertThat(ints(DType.INT32, -7, 3))
                .isEqualTo(tensorOf(DType.INT32, b -> b.putInt(-7).putInt(3)));
        assertThat(ints(DType.INT16, -7, 3))
                .isEqualTo(tensorOf(DType.INT16, b -> b.putShort((short) -7).putShort((short) 3)));
        assertThat(ints(DType.INT8, -7, 3))
                .isEqualTo(tensorOf(DType.INT8, b -> b.put((byte) -7).put((byte) 3)));
        assertThat(ints(DType.BOOL, 1, 0))
                .isEqualTo(tensorOf(DType.BOOL, b -> b.put((byte) 1).put((byte) 0)));
        assertThat(ints(DType.FLOAT16, 0x3c00, 0xc000).toFloats()).containsExactly(1, -2);
        assertThat(ints(DType.BFLOAT16, 0x3f80, 0xc000).toFloats()).containsExactly(1, -2);
        assertThat(ints(DType.INT4, 0xe3).toLongs()).containsExactly(3, -2);
    }

    @Test
    void strings_are_kept_as_bytes() throws IOException {
        Tensor t = tensor(DType.STRING, o -> {
            o.writeByteArray(6, new byte[] {(byte) 0xff});
            o.writeString(6, "b");
        });
        assertThat(t.strings().get(0)).containsExactly(0xff);
        assertThat(t.strings().get(1)).containsExactly('b');
    }

    @Test
    void text_that_is_not_utf8_is_kept_as_it_is() throws IOException {
        byte[] attribute = fields(o -> {
            o.writeString(1, "a");
            o.writeByteArray(4, new byte[] {(byte) 0xff});
            o.writeInt32(20, 3);
        });
        Model m = OnnxFile.parse(model(g -> g.writeByteArray(1, fields(n -> {
            n.writeString(4, "Op");
            n.writeByteArray(5, attribute);
        }))));
        assertThat(m.graph().nodes().get(0).attributes().get("a")).isInstanceOf(Attribute.Raw.class);
        assertThat(OnnxFile.parse(OnnxFile.bytes(m))).isEqualTo(m);
    }

    @Test
    void a_kind_that_was_left_out_is_that_of_the_field() throws IOException {
        Model m = OnnxFile.parse(model(g -> g.writeByteArray(1, fields(n -> {
            n.writeString(4, "Op");
            n.writeByteArray(5, fields(a -> {
                a.writeString(1, "i");
                a.writeInt64(3, 5);
            }));
            n.writeByteArray(5, fields(a -> {
                a.writeString(1, "f");
                a.writeFloat(7, 1);
                a.writeFloat(7, 2);
            }));
        }))));
        assertThat(m.graph().nodes().get(0).attributes())
                .isEqualTo(Map.of("i", Attribute.of(5L), "f", new Attribute.Reals(List.of(1f, 2f))));
    }

    @Test
    void nodes_out_of_order_are_sorted_with_few_moves() {
        Model m = OnnxText.parse("""
                g (float x) => (float y) {
                   a = Relu (x)
                   y = Add (b, d)
                   d = If (a) <then_branch = t () => (float v) { v = Neg (w)  w = Abs (b) }>
                   b = Exp (a)
                }
                """);
        assertThat(m.graph().nodes()).extracting(Node::opType).containsExactly("Relu", "Exp", "If", "Add");
        assertThat(m.graph().nodes().get(2).subgraphs().get(0).nodes())
                .extracting(Node::opType)
                .containsExactly("Abs", "Neg");
    }

    @Test
    void weights_beside_the_model_come_back_and_old_ones_go() throws IOException {
        Path file = folder.resolve("net.onnx");
        Model m = heavy(1);
        OnnxFile.write(m, file, Weights.BESIDE);
        assertThat(names()).containsExactlyInAnyOrder("net.onnx", "net.onnx.data");
        assertThat(Files.size(file)).isLessThan(1000);
        assertThat(OnnxFile.read(file)).isEqualTo(m);
        Model other = heavy(2);
        OnnxFile.write(other, file, Weights.BESIDE);
        assertThat(names()).containsExactlyInAnyOrder("net.onnx", "net.onnx.data2");
        assertThat(OnnxFile.read(file)).isEqualTo(other);
        OnnxFile.write(m, file, Weights.BESIDE);
        assertThat(names()).containsExactlyInAnyOrder("net.onnx", "net.onnx.data");
    }

    @Test
    void weights_of_a_model_that_was_renamed_stay() throws IOException {
        Path file = folder.resolve("net.onnx");
        Path renamed = folder.resolve("orig.onnx");
        OnnxFile.write(heavy(1), file, Weights.BESIDE);
        Files.move(file, renamed);
        OnnxFile.write(heavy(2), file, Weights.BESIDE);
        OnnxFile.write(heavy(3), file, Weights.BESIDE);
        assertThat(names()).containsExactlyInAnyOrder("net.onnx", "net.onnx.data", "net.onnx.data3", "orig.onnx");
        assertThat(OnnxFile.read(renamed)).isEqualTo(heavy(1));
        assertThat(OnnxFile.read(file)).isEqualTo(heavy(3));
    }

    @Test
    void weights_in_use_are_not_written_over_whatever_an_end_in_between_has_left() throws IOException {
        Path file = folder.resolve("net.onnx");
        OnnxFile.write(heavy(1), file, Weights.BESIDE);
        OnnxFile.write(heavy(2), file, Weights.BESIDE);
        Files.writeString(folder.resolve("net.onnx.data"), "left over");
        Files.createDirectories(folder.resolve("net.onnx.part/full"));
        assertThatThrownBy(() -> OnnxFile.write(heavy(3), file, Weights.BESIDE)).isInstanceOf(IOException.class);
        assertThat(OnnxFile.read(file)).isEqualTo(heavy(2));
    }

    @Test
    void weights_beside_the_model_start_at_pages() throws IOException {
        Path file = folder.resolve("net.onnx");
        OnnxFile.write(heavy(1), file, Weights.BESIDE);
        Message graph = Message.of(Files.readAllBytes(file)).messages(7).get(0);
        List<String> offsets = new ArrayList<>();
        for (Message t : graph.messages(5)) {
            offsets.add(ModelReader.pairs(t, 13).getOrDefault("offset", "inside"));
        }
        assertThat(offsets).containsExactly("0", "8192", "inside");
    }

    @Test
    void a_failed_write_leaves_the_old_file_and_nothing_else() throws IOException {
        Path file = folder.resolve("net.onnx");
        OnnxFile.write(heavy(1), file);
        byte[] before = Files.readAllBytes(file);
        Files.createDirectories(folder.resolve("net.onnx.part/full"));
        assertThatThrownBy(() -> OnnxFile.write(heavy(2), file)).isInstanceOf(IOException.class);
        assertThat(Files.readAllBytes(file)).isEqualTo(before);
        OnnxFile.write(heavy(1), folder.resolve("other.onnx"));
        assertThat(names()).containsExactlyInAnyOrder("net.onnx", "net.onnx.part", "other.onnx");
    }

    @Test
    void a_link_is_written_through() throws IOException {
        Files.createDirectory(folder.resolve("store"));
        Path real = folder.resolve("store/net.onnx");
        Files.writeString(real, "old");
        Path link = Files.createSymbolicLink(folder.resolve("net.onnx"), Path.of("store/net.onnx"));
        OnnxFile.write(heavy(1), link);
        assertThat(link).isSymbolicLink();
        assertThat(OnnxFile.read(real)).isEqualTo(heavy(1));
        OnnxFile.write(heavy(2), link, Weights.BESIDE);
        assertThat(OnnxFile.read(link)).isEqualTo(heavy(2));
        Files.move(folder.resolve("store/net.onnx.data"), folder.resolve("net.onnx.data"));
        assertThat(OnnxFile.read(link)).as("weights beside the link").isEqualTo(heavy(2));
    }

    private List<String> names() throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.map(p -> p.getFileName().toString()).toList();
        }
    }

    private static Model heavy(long seed) {
        Random random = new Random(seed);
        Model m =
                OnnxText.parse("<ir_version: 8, opset_import: [\"\" : 17]> g (float x) => (float y) { y = Relu (x) }");
        Map<String, Tensor> weights = new LinkedHashMap<>();
        weights.put("a", RandomModels.tensor(random, DType.FLOAT, Shape.of(5, 300)));
        weights.put("b", RandomModels.tensor(random, DType.INT8, Shape.of(2000)));
        weights.put("c", RandomModels.tensor(random, DType.FLOAT, Shape.of(3)));
        return m.withGraph(m.graph().plusInitializers(weights));
    }

    interface Writing {
        void to(CodedOutputStream out) throws IOException;
    }

    /** Written by protobuf's own code, so that reading is not tested against our writing alone. */
    static byte[] fields(Writing writing) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        writing.to(out);
        out.flush();
        return bytes.toByteArray();
    }

    private static byte[] model(Writing graph) throws IOException {
        return fields(o -> o.writeByteArray(7, fields(graph)));
    }

    private static byte[] floats(float... values) throws IOException {
        return fields(o -> {
            for (float v : values) {
                o.writeFloatNoTag(v);
            }
        });
    }

    private static Tensor tensor(DType type, Writing elements) throws IOException {
        return OnnxFile.tensor(fields(o -> {
            o.writeInt64(1, 2);
            o.writeInt32(2, type.code());
            elements.to(o);
        }));
    }

    private static Tensor ints(DType type, int... values) throws IOException {
        return tensor(type, o -> {
            for (int v : values) {
                o.writeInt32(5, v);
            }
        });
    }

    private interface Filling {
        void fill(ByteBuffer buffer);
    }

    private static Tensor tensorOf(DType type, Filling filling) {
        ByteBuffer b = ByteBuffer.allocate((int) type.bytes(2)).order(ByteOrder.LITTLE_ENDIAN);
        filling.fill(b);
        return Tensor.of(type, Shape.of(2), b.flip());
    }
}

package espalier.onnx;

import static espalier.onnx.OnnxFileTest.fields;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.CodedOutputStream;
import espalier.graph.BadInputException;
import espalier.graph.Model;
import espalier.onnx.OnnxFileTest.Writing;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files made to do harm or simply not models: each is refused with one line that says what, where and what to do. */
class HostileFilesTest {
    @TempDir
    Path folder;

    private static byte[] graph(Writing graph) throws IOException {
        return fields(o -> o.writeByteArray(7, fields(graph)));
    }

    private static byte[] weight(Writing tensor) throws IOException {
        return graph(g -> g.writeByteArray(5, fields(t -> {
            t.writeInt64(1, 4);
            t.writeInt32(2, 1);
            t.writeString(8, "w");
            tensor.to(t);
        })));
    }

    private static byte[] external(String... pairs) throws IOException {
        return weight(t -> {
            for (int i = 0; i < pairs.length; i += 2) {
                String key = pairs[i];
                String value = pairs[i + 1];
                t.writeByteArray(13, fields(p -> {
                    p.writeString(1, key);
                    p.writeString(2, value);
                }));
            }
            t.writeInt32(14, 1);
        });
    }

    private void refused(byte[] bytes, String message) throws IOException {
        Path file = folder.resolve("net.onnx");
        Files.write(file, bytes);
        assertThatThrownBy(() -> OnnxFile.read(file))
                .isInstanceOf(BadInputException.class)
                .hasMessage(file + ": " + message);
    }

    private static byte[] start(String latin1) {
        return Arrays.copyOf(latin1.getBytes(StandardCharsets.ISO_8859_1), 100);
    }

    @Test
    void what_is_not_a_model_is_called_by_its_name() throws IOException {
        refused(new byte[0], "is empty: give an ONNX model");
        refused(
                "Once upon a time".getBytes(StandardCharsets.UTF_8),
                "is not an ONNX model but a text file: give the model in its binary form");
        refused(
                start("PK\3\4"),
                "is not an ONNX model but a zip archive, perhaps a PyTorch checkpoint: export the network with torch.onnx.export");
        refused(
                start("\200\2}"),
                "is not an ONNX model but a Python pickle: export the network with torch.onnx.export");
        refused(start("\37\213\10"), "is not an ONNX model but a gzip file: unpack it first");
        refused(
                start("\211HDF\r\n"),
                "is not an ONNX model but an HDF5 file, perhaps a Keras model: convert it with tf2onnx");
        refused(
                start("\34\0\0\0TFL3"),
                "is not an ONNX model but a TensorFlow Lite model: convert it with tflite2onnx or tf2onnx");
        refused(
                start("\40\0\0\0ORTM"),
                "is not an ONNX model but a model in ONNX Runtime's own format: give the ONNX file it was made from");
        refused(
                "version https://git-lfs.github.com/spec/v1\noid".getBytes(StandardCharsets.UTF_8),
                "is not an ONNX model but a Git LFS pointer: fetch the file itself with 'git lfs pull'");
        refused(
                "<!DOCTYPE html>".getBytes(StandardCharsets.UTF_8),
                "is not an ONNX model but a text file that looks like a web page: fetch the model itself");
        refused(fields(o -> o.writeInt64(1, 8)), "is not an ONNX model: it holds no graph");
    }

    @Test
    void damage_is_located() throws IOException {
        refused(
                fields(o -> {
                    o.writeTag(7, 2);
                    o.writeUInt32NoTag(1000);
                }),
                "truncated: a part that starts at byte 3 has 1000 bytes, but only 0 are left: fetch or export it again");
        refused(
                fields(o -> {
                    o.writeTag(7, 2);
                    o.writeUInt32NoTag(-1);
                }),
                "truncated: a part that starts at byte 6 has 4294967295 bytes, but only 0 are left: fetch or export it again");
        refused(new byte[] {0x3b, 0}, "damaged at byte 0: fetch or export it again");
        refused(
                new byte[] {8, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, 1},
                "damaged at byte 11: fetch or export it again");
    }

    @Test
    void sizes_are_checked_before_room_is_made() throws IOException {
        refused(
                weight(t -> t.writeByteArray(9, new byte[15])),
                "tensor 'w': float[4] needs 16 bytes, but 15 were given");
        refused(
                weight(t -> t.writeInt64(1, 1L << 62)),
                "tensor 'w': its sizes multiply to more than any file can hold: export the model again");
        refused(
                weight(t -> t.writeInt64(1, 1L << 40)),
                "tensor 'w': float[4,1099511627776] needs 17592186044416 bytes, but 0 were given");
        refused(weight(t -> t.writeInt64(1, -1)), "tensor 'w': negative size in shape [4, -1]");
        refused(weight(t -> t.writeInt32(2, 99)), "tensor 'w': unknown element type 99");
        refused(
                weight(t -> {
                    for (int i = 0; i < 32; i++) {
                        t.writeInt64(1, 1);
                    }
                }),
                "tensor 'w': rank 33 is above the limit of 32: export the model again");
        refused(
                weight(t -> t.writeByteArray(4, new byte[7])),
                "tensor 'w': holds a list of numbers that breaks off in the middle of one");
        refused(
                weight(t -> {
                    t.writeInt32(2, 7);
                    t.writeInt64(7, 1);
                }),
                "tensor 'w': int64 needs 32 bytes, but 1 numbers are stored: export the model again");
        refused(
                weight(t -> {
                    t.writeInt32(2, 8);
                    t.writeString(6, "a");
                }),
                "tensor 'w': string[4] does not fit 1 stored strings");
        refused(
                weight(t -> t.writeByteArray(3, new byte[0])),
                "tensor 'w': is stored in segments, which is not supported: save the model with raw data");
    }

    @Test
    void external_data_stay_in_the_folder() throws IOException {
        Path data = folder.resolve("w.bin");
        Files.write(data, new byte[16]);
        Files.write(folder.resolve("net.onnx"), external("location", "w.bin"));
        assertThat(OnnxFile.read(folder.resolve("net.onnx"))
                        .graph()
                        .initializers()
                        .get("w")
                        .bytes())
                .isEqualTo(16);
        Files.write(folder.resolve("net.onnx"), external("location", "w.bin", "basepath", "/tmp", "mode", "rw"));
        assertThat(OnnxFile.read(folder.resolve("net.onnx")).graph().initializers())
                .hasSize(1);
        Files.createSymbolicLink(folder.resolve("link.bin"), Path.of("w.bin"));
        Files.createDirectory(folder.resolve("sub"));
        Files.createSymbolicLink(folder.resolve("up"), Path.of("sub"));
        Files.write(folder.resolve("sub/w.bin"), new byte[16]);
        Files.write(folder.resolve("twin.bin"), new byte[16]);
        Files.createLink(folder.resolve("twin2.bin"), folder.resolve("twin.bin"));
        refused(
                external("location", "../w.bin"),
                "tensor 'w': external data in '../w.bin', outside the model's folder");
        refused(
                external("location", "sub/../../w.bin"),
                "tensor 'w': external data in 'sub/../../w.bin', outside the model's folder");
        refused(
                external("location", "/etc/passwd"),
                "tensor 'w': external data in '/etc/passwd': it must be relative to the model");
        refused(external("location", ""), "tensor 'w': external data in '': it must be relative to the model");
        refused(
                external("location", "w\0.bin"),
                "tensor 'w': external data in 'w\0.bin', which is not a file name: save the model anew");
        refused(external("location", "link.bin"), "tensor 'w': external data in 'link.bin', through a symbolic link");
        refused(external("location", "up/w.bin"), "tensor 'w': external data in 'up/w.bin', through a symbolic link");
        refused(
                external("location", "sub"),
                "tensor 'w': external data in 'sub', which is not there or not a regular file");
        refused(
                external("location", "none.bin"),
                "tensor 'w': external data in 'none.bin', which is not there or not a regular file");
        refused(
                external("location", "twin.bin"),
                "tensor 'w': external data in 'twin.bin', a file with several hard links");
        refused(
                external("location", "w.bin", "offset", "-1"),
                "tensor 'w': external data with the offset '-1', which is not a size");
        refused(
                external("location", "w.bin", "offset", "x"),
                "tensor 'w': external data with the offset 'x', which is not a size");
        refused(
                external("location", "w.bin", "offset", "1"),
                "tensor 'w': external data 'w.bin' has 16 bytes, but bytes 1 to 17 are needed");
        refused(
                external("location", "w.bin", "offset", "9223372036854775807"),
                "tensor 'w': external data 'w.bin' has 16 bytes, but bytes 9223372036854775807 to -9223372036854775793 are needed");
        refused(
                external("location", "w.bin", "length", "8"),
                "tensor 'w': external data of 8 bytes, but 16 are needed");
        refused(
                weight(t -> {
                    t.writeInt64(1, 1L << 30);
                    t.writeByteArray(13, fields(p -> {
                        p.writeString(1, "location");
                        p.writeString(2, "w.bin");
                    }));
                    t.writeInt32(14, 1);
                }),
                "tensor 'w': has 17179869184 bytes; tensors above 2 GiB are not supported: split it or store it in half precision");
        assertThatThrownBy(() -> OnnxFile.parse(external("location", "w.bin")))
                .hasMessage("tensor 'w': external data, but the model was not read from a file");
    }

    /** Protobuf's reader takes ten bytes for a number whatever the last one says. */
    @Test
    void numbers_are_counted_as_they_are_read() throws IOException {
        byte[] overlong = new byte[20];
        Arrays.fill(overlong, (byte) -1);
        Model m = OnnxFile.parse(graph(g -> g.writeByteArray(
                1,
                fields(n -> n.writeByteArray(5, fields(a -> {
                    a.writeString(1, "a");
                    a.writeByteArray(8, overlong);
                    a.writeInt32(20, 7);
                }))))));
        assertThat(m.graph().nodes().get(0).intsAttr("a").orElseThrow()).containsExactly(-1, -1);
    }

    @Test
    void one_file_of_weights_is_not_unfolded_into_many() throws IOException {
        Files.write(folder.resolve("w.bin"), new byte[16]);
        refused(
                graph(g -> {
                    for (int i = 0; i < 3; i++) {
                        String name = "w" + i;
                        String location = "./".repeat(i) + "w.bin";
                        String offset = Integer.toString(i);
                        g.writeByteArray(5, fields(t -> {
                            t.writeInt64(1, 2);
                            t.writeInt32(2, 1);
                            t.writeString(8, name);
                            t.writeByteArray(13, fields(p -> {
                                p.writeString(1, "location");
                                p.writeString(2, location);
                            }));
                            t.writeByteArray(13, fields(p -> {
                                p.writeString(1, "offset");
                                p.writeString(2, offset);
                            }));
                            t.writeInt32(14, 1);
                        }));
                    }
                }),
                "tensor 'w2': external data 'w.bin' is used more than once: save the model anew");
    }

    @Test
    void graphs_that_cannot_run_are_refused() throws IOException {
        refusedText("g (float x, int64 x) => () {}", "input 'x' is there twice: export it again");
        refusedText(
                "g (float x) => (float y) { y = Relu (x) y = Neg (x) }",
                "value 'y' is produced twice, the second time by Neg(y): export it again");
        refusedText(
                "g (float x) => (float y) { x = Relu (x) y = Neg (x) }",
                "value 'x' is produced twice, the second time by Relu(x): export it again");
        refusedText(
                "g (float x) => (float y) { y = Relu (z) }",
                "node Relu(y) reads 'z', which nothing makes: export it again");
        refusedText(
                "g (float x) => (float y) { [n] y = Relu (y) }",
                "node n needs its own result, or that of nodes that wait for it: export it again");
        refusedText(
                "g (float x) => (float y) { a = Relu (b) b = Neg (y) y = Add (a, x) }",
                "node Relu(a) needs its own result, or that of nodes that wait for it: export it again");
        refusedText("g (float x) => (float z) { y = Relu (x) }", "output 'z' is made by nothing: export it again");
        refusedText(
                "g (float x) => (float y) { y = If (x) <then_branch = t () => (float a) { a = Neg (b) }> }",
                "node If(y) reads 'b', which nothing makes: export it again");
        refused(
                graph(g -> {
                    g.writeByteArray(5, fields(t -> t.writeInt32(2, 1)));
                }),
                "has an initializer without a name: export it again");
        refused(
                fields(o -> {
                    o.writeByteArray(7, new byte[0]);
                    o.writeByteArray(7, new byte[0]);
                }),
                "holds 2 graphs instead of one: export it again");
        refused(
                fields(o -> {
                    o.writeByteArray(7, new byte[0]);
                    o.writeByteArray(8, fields(v -> v.writeInt64(2, 1L << 40)));
                }),
                "names version 1099511627776 of operator set '', which does not exist");
    }

    private void refusedText(String text, String message) throws IOException {
        Model m = new TextParser(new TextScanner(text)).model();
        refused(OnnxFile.bytes(m), message);
    }

    @Test
    void messages_are_not_nested_without_end() throws IOException {
        byte[] g = new byte[0];
        for (int i = 0; i < 40; i++) {
            byte[] inner = g;
            g = fields(o -> o.writeByteArray(
                    1,
                    fields(n -> n.writeByteArray(5, fields(a -> {
                        a.writeString(1, "body");
                        a.writeByteArray(6, inner);
                        a.writeInt32(20, 5);
                    })))));
        }
        byte[] deepest = g;
        Path file = folder.resolve("net.onnx");
        Files.write(file, fields(o -> o.writeByteArray(7, deepest)));
        assertThatThrownBy(() -> OnnxFile.read(file))
                .isInstanceOf(BadInputException.class)
                .hasMessageEndingWith("messages are nested more than 100 deep, which no exporter does");
    }

    @Test
    void names_must_be_utf8() throws IOException {
        refused(
                graph(g -> g.writeByteArray(2, new byte[] {'a', (byte) 0xc3})),
                "holds a text that is not UTF-8, 'a\uFFFD': export it again");
    }

    /** Two bytes each, for which hundreds of bytes of memory would be needed. */
    @Test
    void small_files_do_not_unfold_into_large_memory() throws IOException {
        int many = 2_000_000;
        for (int field : new int[] {1, 5, 11, 13}) {
            bounded(graph(g -> repeat(g, field, many)));
        }
        bounded(fields(o -> repeat(o, 8, many)));
        bounded(graph(g -> g.writeByteArray(1, fields(n -> repeat(n, 1, many)))));
        bounded(graph(g -> g.writeByteArray(
                1,
                fields(n -> n.writeByteArray(5, fields(a -> {
                    a.writeByteArray(8, new byte[4 * many]);
                    a.writeInt32(20, 7);
                }))))));
        bounded(weight(t -> {
            t.writeInt32(2, 8);
            repeat(t, 6, many);
        }));
    }

    private static void repeat(CodedOutputStream out, int field, int times) throws IOException {
        for (int i = 0; i < times; i++) {
            out.writeTag(field, 2);
            out.writeUInt32NoTag(0);
        }
    }

    private static void bounded(byte[] file) {
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        assertThatThrownBy(() -> OnnxFile.parse(file)).isInstanceOf(BadInputException.class);
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;
        assertThat(allocated).isLessThan(2L * file.length + (64L << 20) + (64L << 20));
    }

    @Test
    void a_mutated_file_is_read_or_refused() {
        Random random = new Random(11);
        int read = 0;
        int refused = 0;
        for (int i = 0; i < 6000; i++) {
            byte[] bytes = mutated(OnnxFile.bytes(RandomModels.of(i % 60)), random);
            try {
                Model m = OnnxFile.parse(bytes);
                assertThat(OnnxFile.parse(OnnxFile.bytes(m))).isEqualTo(m);
                read++;
            } catch (BadInputException e) {
                assertThat(e.getMessage()).isNotBlank();
                refused++;
            }
        }
        assertThat(read).isGreaterThan(500);
        assertThat(refused).isGreaterThan(500);
    }

    @Test
    void a_mutated_text_is_read_or_refused() {
        Random random = new Random(12);
        int refused = 0;
        for (int i = 0; i < 3000; i++) {
            byte[] text = OnnxText.print(RandomModels.plain(i % 60)).getBytes(StandardCharsets.UTF_8);
            try {
                OnnxText.parse(new String(mutated(text, random), StandardCharsets.UTF_8));
            } catch (BadInputException e) {
                refused++;
            }
        }
        assertThat(refused).isGreaterThan(1000);
    }

    /** A few bytes changed, a stretch left out, doubled or cut off. */
    private static byte[] mutated(byte[] bytes, Random random) {
        byte[] out = bytes.clone();
        for (int i = random.nextInt(4); i >= 0; i--) {
            int at = random.nextInt(out.length);
            int length = Math.min(random.nextInt(20), out.length - at);
            switch (random.nextInt(5)) {
                case 0 -> out[at] = (byte) random.nextInt();
                case 1 -> out[at] ^= (byte) (1 << random.nextInt(8));
                case 2 -> out = spliced(out, at, at + length, 1);
                case 3 -> out = spliced(out, at, at + length, -1);
                default -> out = random.nextInt(4) == 0 ? Arrays.copyOf(out, at + 1) : out;
            }
        }
        return out;
    }

    /** The bytes with a stretch once more, or without it. */
    private static byte[] spliced(byte[] bytes, int from, int to, int times) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(bytes, 0, times > 0 ? to : from);
        out.write(bytes, times > 0 ? from : to, bytes.length - (times > 0 ? from : to));
        return out.size() == 0 ? bytes : out.toByteArray();
    }
}

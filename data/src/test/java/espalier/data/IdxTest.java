package espalier.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import espalier.graph.BadInputException;
import espalier.graph.Shape;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdxTest {
    @TempDir
    Path folder;

    private static byte[] idx(int[] dims, int... elements) {
        ByteBuffer b = ByteBuffer.allocate(4 + 4 * dims.length + elements.length);
        b.put((byte) 0).put((byte) 0).put((byte) 8).put((byte) dims.length);
        Arrays.stream(dims).forEach(b::putInt);
        Arrays.stream(elements).forEach(e -> b.put((byte) e));
        return b.array();
    }

    private static byte[] gzip(byte[] plain) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
            out.write(plain);
        }
        return packed.toByteArray();
    }

    private Path write(String name, byte[] bytes) throws IOException {
        return Files.write(folder.resolve(name), bytes);
    }

    private void writeSet() throws IOException {
        write("train-images-idx3-ubyte.gz", gzip(idx(new int[] {2, 1, 2}, 0, 51, 102, 255)));
        write("train-labels-idx1-ubyte.gz", gzip(idx(new int[] {2}, 1, 0)));
        write("t10k-images-idx3-ubyte", idx(new int[] {1, 1, 2}, 255, 0));
        write("t10k-labels-idx1-ubyte", idx(new int[] {1}, 2));
    }

    private void refuses(Path file, String message) {
        assertThatThrownBy(() -> Idx.file(file))
                .isInstanceOf(BadInputException.class)
                .hasMessage(file + ": " + message);
    }

    @Test
    void reads_a_folder_of_four_files_packed_or_plain() throws IOException {
        writeSet();
        DataSource source = Idx.folder(folder, List.of());
        float[] x = new float[3];
        source.train().fill(1, 0, x, 1);
        assertThat(x).containsExactly(0, 102 / 255f, 1);
        assertThat(source.train().inputs())
                .containsExactly(new InputSpec("", Shape.of(1, 1, 2), espalier.graph.DType.FLOAT));
        assertThat(source.train().label(0)).isEqualTo(1);
        assertThat(source.forMeasuring().size()).isEqualTo(1);
        assertThat(source.train().classNames()).containsExactly("0", "1", "2");
    }

    @Test
    void refuses_another_number_of_labels_than_of_images() throws IOException {
        writeSet();
        write("train-labels-idx1-ubyte.gz", gzip(idx(new int[] {3}, 1, 0, 1)));
        assertThatThrownBy(() -> Idx.folder(folder, List.of()))
                .hasMessage(folder.resolve("train-labels-idx1-ubyte.gz")
                        + ": 3 labels for the 2 images of train-images-idx3-ubyte.gz: give files that belong together");
    }

    @Test
    void refuses_labels_outside_the_classes() throws IOException {
        writeSet();
        assertThatThrownBy(() -> Idx.folder(folder, List.of("a", "b")))
                .hasMessage(folder.resolve("t10k-images-idx3-ubyte")
                        + ": label 2 of sample 0 is out of range 0 to 1: the labels do not belong to this data set");
    }

    @Test
    void names_the_file_that_a_folder_lacks() throws IOException {
        writeSet();
        Files.delete(folder.resolve("train-labels-idx1-ubyte.gz"));
        assertThatThrownBy(() -> Idx.folder(folder, List.of()))
                .hasMessage(folder + ": no file train-labels-idx1-ubyte or its .gz: complete the folder");
    }

    @Test
    void refuses_truncated_files() throws IOException {
        byte[] whole = idx(new int[] {2, 1, 2}, 0, 51, 102, 255);
        refuses(
                write("short", Arrays.copyOf(whole, whole.length - 1)),
                "truncated: 3 bytes of images, 4 expected: get it again");
        refuses(write("head", Arrays.copyOf(whole, 6)), "truncated: 2 bytes of header, 4 expected: get it again");
        refuses(write("empty", new byte[0]), "truncated: 0 bytes of header, 4 expected: get it again");
        byte[] packed = gzip(whole);
        refuses(
                write("packed.gz", Arrays.copyOf(packed, packed.length - 12)),
                "truncated or damaged packed file: get it again");
        refuses(
                write("inner.gz", gzip(Arrays.copyOf(whole, whole.length - 1))),
                "truncated: 3 bytes of images, 4 expected: get it again");
    }

    @Test
    void refuses_what_follows_the_last_element() throws IOException {
        refuses(
                write("long", idx(new int[] {1, 1, 1}, 7, 7)),
                "has more bytes than its sizes account for: get it again");
    }

    @Test
    void refuses_other_formats_and_element_types() throws IOException {
        refuses(
                write("text", "hello, world".getBytes(java.nio.charset.StandardCharsets.US_ASCII)),
                "not an IDX file of unsigned bytes (it starts with 68 65 6c 6c): give an IDX file");
        byte[] floats = idx(new int[] {1, 1, 1}, 7);
        floats[2] = 0x0d;
        refuses(
                write("floats", floats),
                "not an IDX file of unsigned bytes (it starts with 00 00 0d 03): give an IDX file");
        refuses(write("vector", idx(new int[] {1}, 7)), "1 axes, but images have 3 or 4: give the file of images");
    }

    @Test
    void refuses_sizes_that_cannot_be_before_allocating_them() throws IOException {
        refuses(
                write("huge.gz", gzip(idx(new int[] {2_000_000, 28, 28}, 1))),
                "claims 1568000000 bytes of images, more than a file of its size can hold: get it again");
        refuses(
                write("plain", idx(new int[] {2_000_000, 28, 28}, 1)),
                "truncated: 1 bytes of images, 1568000000 expected: get it again");
        refuses(
                write("overflow", idx(new int[] {-1, -1, -1}, 1)),
                "impossible sizes [4294967295, 4294967295, 4294967295]: get it again");
        refuses(write("none", idx(new int[] {0, 28, 28})), "impossible sizes [0, 28, 28]: get it again");
        refuses(
                write("many", idx(new int[] {-1, 28, 28}, 1)),
                "images of 3367254359280 bytes exceed 2 GiB: split the file");
    }

    @Test
    void reads_the_bundled_fashion_mnist() throws IOException {
        DataSource source = Data.open("fashion-mnist", Reading.in(List.of(Path.of("../samples"))));
        assertThat(source.train().size()).isEqualTo(60_000);
        assertThat(source.forMeasuring().size()).isEqualTo(10_000);
        assertThat(source.train().classes()).isEqualTo(10);
        Normalization n = Normalization.of(source.train());
        // the mean and deviation that are published for this set: 0.2860 and 0.3530
        assertThat(n.mean().get(0)).isCloseTo(0.2860, org.assertj.core.api.Assertions.within(2e-3));
        assertThat(n.std().get(0)).isCloseTo(0.3530, org.assertj.core.api.Assertions.within(2e-3));
    }
}

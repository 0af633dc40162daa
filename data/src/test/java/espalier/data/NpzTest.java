package espalier.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import espalier.graph.BadInputException;
import espalier.graph.DType;
import espalier.graph.Shape;
import espalier.graph.Tensor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NpzTest {
    @TempDir
    Path folder;

    /** An array file by hand: version 1.0, a header of the given text, the bytes. */
    private static byte[] npy(String header, byte... elements) {
        ByteBuffer b =
                ByteBuffer.allocate(10 + header.length() + elements.length).order(ByteOrder.LITTLE_ENDIAN);
        b.put((byte) 0x93)
                .put("NUMPY".getBytes(StandardCharsets.US_ASCII))
                .put((byte) 1)
                .put((byte) 0);
        b.putShort((short) header.length())
                .put(header.getBytes(StandardCharsets.US_ASCII))
                .put(elements);
        return b.array();
    }

    private static String header(String descr, String shape) {
        return "{'descr': '" + descr + "', 'fortran_order': False, 'shape': (" + shape + "), }\n";
    }

    private Path zip(String name, Map<String, byte[]> entries) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (var e : entries.entrySet()) {
                zip.putNextEntry(new ZipEntry(e.getKey()));
                zip.write(e.getValue());
                zip.closeEntry();
            }
        }
        return Files.write(folder.resolve(name), bytes.toByteArray());
    }

    private static void refuses(Path file, String message) {
        assertThatThrownBy(() -> Data.open(file.toString(), new Reading()))
                .isInstanceOf(BadInputException.class)
                .hasMessage(file + ": " + message);
    }

    @Test
    void reads_arrays_as_inputs_and_labels() throws IOException {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        entries.put("x.npy", npy(header("|u1", "2, 1, 2"), (byte) 1, (byte) 2, (byte) 3, (byte) 200));
        entries.put("labels.npy", npy(header("|i1", "2,"), (byte) 2, (byte) 0));
        DataSet data =
                Data.open(zip("a.npz", entries).toString(), new Reading()).train();
        float[] x = new float[2];
        data.fill(1, 0, x, 0);
        assertThat(x).containsExactly(3, 200);
        assertThat(data.inputs()).containsExactly(new InputSpec("x", Shape.of(1, 2), DType.FLOAT));
        assertThat(data.label(0)).isEqualTo(2);
        assertThat(data.classNames()).containsExactly("0", "1", "2");
    }

    @Test
    void bytes_of_three_axes_are_pixels_from_0_to_1() throws IOException {
        Path file = Files.write(
                folder.resolve("one.npy"), npy(header("|u1", "1, 1, 1, 3"), (byte) 0, (byte) 51, (byte) 255));
        float[] x = new float[3];
        Data.open(file.toString(), new Reading()).train().fill(0, 0, x, 0);
        assertThat(x).containsExactly(0, 0.2f, 1);
    }

    @Test
    void whole_numbers_of_32_and_64_bits_stay_whole() throws IOException {
        Path file = folder.resolve("ids.npz");
        Npz.write(file, Map.of("ids", Tensor.longs(Shape.of(2, 2), 5, 6, 7, 1L << 40)));
        DataSet data = Data.open(file.toString(), new Reading()).train();
        assertThat(Batches.of(data, Batching.inOrder(2, Normalization.NONE))
                        .batch(0, 0)
                        .inputs())
                .containsEntry("ids", Tensor.longs(Shape.of(2, 2), 5, 6, 7, 1L << 40));
        assertThat(data.labelled()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "FLOAT", "DOUBLE", "FLOAT16", "INT8", "INT16", "INT32", "INT64", "UINT8", "UINT16", "UINT32", "UINT64", "BOOL"
    })
    void every_element_type_survives_writing_and_reading(DType dtype) throws IOException {
        Path file = folder.resolve("t.npz");
        byte[] ones = new byte[6 * dtype.bits() / 8];
        Arrays.fill(ones, (byte) 1);
        Tensor matrix = Tensor.of(dtype, Shape.of(2, 3), ByteBuffer.wrap(ones));
        Tensor scalar = Tensor.of(dtype, Shape.SCALAR, ByteBuffer.wrap(ones, 0, dtype.bits() / 8));
        Map<String, Tensor> arrays = new LinkedHashMap<>();
        arrays.put("matrix", matrix);
        arrays.put("scalar", scalar);
        arrays.put("empty", Tensor.zeros(dtype, Shape.of(0, 3)));
        Npz.write(file, arrays);
        assertThat(Npz.read(file)).containsExactlyEntriesOf(arrays);
        byte[] first = Files.readAllBytes(file);
        Npz.write(file, arrays);
        assertThat(Files.readAllBytes(file)).isEqualTo(first);
    }

    @Test
    void the_header_is_that_of_numpy() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Npy.write(Tensor.floats(Shape.of(3), 1, 2, 3), out);
        String text = new String(out.toByteArray(), 10, 118, StandardCharsets.US_ASCII);
        assertThat(text)
                .startsWith("{'descr': '<f4', 'fortran_order': False, 'shape': (3,), }")
                .endsWith(" \n");
        assertThat(out.toByteArray()[8]).isEqualTo((byte) 118);
        assertThat(out.size()).isEqualTo(128 + 12);
    }

    @Test
    void reads_a_single_array() throws IOException {
        Path file = Files.write(folder.resolve("one.npy"), npy(header("|u1", "3, 1"), (byte) 1, (byte) 2, (byte) 3));
        assertThat(Data.open(file.toString(), new Reading()).train().size()).isEqualTo(3);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '"',
            value = {
                "|O ; 2 ; elements of a kind that is not read: save little-endian numbers or booleans, as astype('<f4')",
                ">f4 ; 2 ; elements of a kind that is not read: save little-endian numbers or booleans, as astype('<f4')",
                "<f4 ; 4611686018427387904, 4 ; impossible shape [4611686018427387904,4] in the npy header: write it with numpy.save",
                "<f4 ; 99999999999999999999 ; impossible shape in the npy header: write it with numpy.save",
                "<f4 ; 100000 ; truncated: 4 bytes of elements, 400000 expected: get it again",
                "|u1 ; 3 ; has more bytes than its header account for: get it again",
            })
    void refuses_arrays_that_lie_or_are_not_numbers(String descr, String shape, String message) throws IOException {
        byte[] bytes = npy(header(descr, shape), (byte) 1, (byte) 2, (byte) 3, (byte) 4);
        refuses(Files.write(folder.resolve("a.npy"), bytes), message);
    }

    @Test
    void refuses_damaged_headers() throws IOException {
        refuses(
                Files.write(folder.resolve("a.npy"), npy("{'descr': '<f4', 'shape': (1,)}")),
                "damaged npy header: write it with numpy.save");
        refuses(
                Files.write(folder.resolve("b.npy"), npy("{'descr': '<f4', 'fortran_order': True, 'shape': (2, 2)}")),
                "array in Fortran order: save numpy.ascontiguousarray of it");
        byte[] future = npy(header("<f4", "1,"));
        future[6] = 4;
        refuses(Files.write(folder.resolve("c.npy"), future), "npy version 4.0 is unknown: write it with numpy.save");
    }

    @Test
    void refuses_archives_that_are_damaged_or_hold_something_else() throws IOException {
        byte[] array = npy(header("|u1", "1, 1"), (byte) 1);
        byte[] whole = Files.readAllBytes(zip("a.npz", Map.of("x.npy", array)));
        refuses(
                Files.write(folder.resolve("cut.npz"), Arrays.copyOf(whole, whole.length - 30)),
                "truncated or damaged zip file: get it again");
        refuses(zip("b.npz", Map.of("readme.txt", array)), "'readme.txt' is no npy array: write it with numpy.savez");
        refuses(
                zip("c.npz", Map.of("x.npy", "hello, hello".getBytes(StandardCharsets.US_ASCII))),
                "array 'x.npy': not an npy array: write it with numpy.save or numpy.savez");
        refuses(zip("d.npz", Map.of("labels.npy", array)), "no array for the model's input: save at least one");
    }

    @Test
    void refuses_an_array_whose_bits_have_changed() throws IOException {
        byte[] array = npy(header("|u1", "4, 1"), (byte) 1, (byte) 2, (byte) 3, (byte) 177);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            ZipEntry stored = new ZipEntry("x.npy");
            stored.setMethod(ZipEntry.STORED);
            stored.setSize(array.length);
            CRC32 crc = new CRC32();
            crc.update(array);
            stored.setCrc(crc.getValue());
            zip.putNextEntry(stored);
            zip.write(array);
            zip.closeEntry();
        }
        byte[] flipped = bytes.toByteArray();
        for (int i = 0; i < flipped.length; i++) {
            flipped[i] = flipped[i] == (byte) 177 ? (byte) 178 : flipped[i];
        }
        refuses(
                Files.write(folder.resolve("flipped.npz"), flipped),
                "array 'x.npy': its checksum is wrong: get the file again");
    }

    @Test
    void refuses_an_archive_that_unpacks_to_far_more_than_it_is() throws IOException {
        String shape = "1, 300000000";
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            zip.putNextEntry(new ZipEntry("x.npy"));
            zip.write(npy(header("|u1", shape)));
            zip.write(new byte[1 << 20]);
            zip.closeEntry();
        }
        refuses(
                Files.write(folder.resolve("bomb.npz"), bytes.toByteArray()),
                "array 'x.npy': claims 300000000 bytes of elements, more than a file of its size can hold: get it again");
    }

    @Test
    void refuses_numbers_that_are_none_with_their_place() throws IOException {
        Path file = folder.resolve("nan.npz");
        Npz.write(file, Map.of("x", Tensor.floats(Shape.of(2, 3), 1, 2, 3, 4, Float.NaN, 6)));
        refuses(file, "array 'x', row 1, column 1: NaN is no finite 32-bit number: clean the data");
        Npz.write(file, Map.of("x", Tensor.doubles(Shape.of(1, 2), 1, 1e300)));
        refuses(file, "array 'x', row 0, column 1: 1.0E300 is no finite 32-bit number: clean the data");
    }

    @Test
    void refuses_labels_that_do_not_fit() throws IOException {
        Path file = folder.resolve("l.npz");
        Tensor x = Tensor.floats(Shape.of(2, 1), 1, 2);
        Npz.write(file, Map.of("x", x, "labels", Tensor.longs(0, 1, 1)));
        refuses(file, "3 labels for the 2 rows of array 'x': save as many of each");
        Npz.write(file, Map.of("x", x, "labels", Tensor.longs(0, -1)));
        refuses(file, "label -1 of sample 1: number the classes from 0, at most to 999999");
        Npz.write(file, Map.of("x", x, "labels", Tensor.floats(Shape.of(2), 0, 1)));
        refuses(file, "array 'labels' is float[2]: save one whole number for each sample");
        Map<String, Tensor> two = new LinkedHashMap<>();
        two.put("x", x);
        two.put("y", Tensor.floats(Shape.of(3), 1, 2, 3));
        Npz.write(file, two);
        refuses(file, "3 rows in array 'y', but 2 in 'x': save as many of each");
        Npz.write(file, Map.of("x", Tensor.floats(Shape.of(0, 4))));
        refuses(file, "array 'x' is [0,4], without samples: save one whose first axis counts them");
    }

    @Test
    void a_folder_of_train_and_test_archives_shares_its_classes() throws IOException {
        Npz.write(
                folder.resolve("train.npz"), Map.of("x", Tensor.floats(Shape.of(1, 1), 1), "labels", Tensor.longs(0)));
        Npz.write(folder.resolve("test.npz"), Map.of("x", Tensor.floats(Shape.of(1, 1), 1), "labels", Tensor.longs(3)));
        DataSource source = Data.open(folder.toString(), new Reading());
        assertThat(source.train().classes()).isEqualTo(4);
        assertThat(source.forMeasuring().classes()).isEqualTo(4);
    }
}

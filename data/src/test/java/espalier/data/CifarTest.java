package espalier.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import espalier.graph.Shape;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CifarTest {
    @TempDir
    Path folder;

    private Path home;

    @BeforeEach
    void makeHome() throws IOException {
        home = Files.createDirectory(folder.resolve("cifar-10-batches-bin"));
    }

    /** Records with the given labels; record {@code i} is filled with {@code i + 1}, but its last byte is 255. */
    private static byte[] records(int... labels) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int i = 0; i < labels.length; i++) {
            byte[] pixels = new byte[3072];
            Arrays.fill(pixels, (byte) (i + 1));
            pixels[3071] = -1;
            out.write(labels[i]);
            out.write(pixels);
        }
        return out.toByteArray();
    }

    private void writeCifar10() throws IOException {
        for (int i = 1; i <= 5; i++) {
            Files.write(home.resolve("data_batch_" + i + ".bin"), records(i, i - 1));
        }
        Files.write(home.resolve("test_batch.bin"), records(9));
    }

    @Test
    void reads_the_five_training_files_in_order_and_the_test_file() throws IOException {
        writeCifar10();
        Files.writeString(
                home.resolve("batches.meta.txt"),
                "airplane\nautomobile\nbird\ncat\ndeer\ndog\nfrog\nhorse\nship\ntruck\n\n");
        DataSource source = Data.open(folder.toString(), new Reading());
        assertThat(source.train().size()).isEqualTo(10);
        assertThat(source.train().label(4)).isEqualTo(3);
        assertThat(source.train().classNames()).hasSize(10).startsWith("airplane");
        assertThat(source.train().inputs().get(0).shape()).isEqualTo(Shape.of(3, 32, 32));
        float[] x = new float[3072];
        source.train().fill(5, 0, x, 0);
        assertThat(x[0]).isEqualTo(2 / 255f);
        assertThat(x[3071]).isEqualTo(1);
        assertThat(source.forMeasuring().label(0)).isEqualTo(9);
    }

    @Test
    void reads_the_fine_label_of_cifar_100() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(7);
        out.write(records(99));
        Files.write(folder.resolve("train.bin"), out.toByteArray());
        DataSource source = Data.open(folder.toString(), new Reading());
        assertThat(source.train().label(0)).isEqualTo(99);
        assertThat(source.train().classes()).isEqualTo(100);
        assertThat(source.test()).isEmpty();
    }

    @Test
    void recognizes_a_single_file_by_its_size() throws IOException {
        Path file = Files.write(folder.resolve("one.bin"), records(3, 4));
        assertThat(Data.open(file.toString(), new Reading()).train().label(1)).isEqualTo(4);
    }

    @Test
    void refuses_a_truncated_file() throws IOException {
        writeCifar10();
        Path third = home.resolve("data_batch_3.bin");
        Files.write(third, Arrays.copyOf(records(1, 2), 6000));
        assertThatThrownBy(() -> Data.open(folder.toString(), new Reading()))
                .hasMessage(
                        third + ": truncated: 6000 bytes are no whole number of records of 3073 bytes: get it again");
    }

    @Test
    void refuses_a_label_that_is_no_class() throws IOException {
        writeCifar10();
        Files.write(home.resolve("test_batch.bin"), records(0, 10));
        assertThatThrownBy(() -> Data.open(folder.toString(), new Reading()))
                .hasMessage(home.resolve("test_batch.bin")
                        + ": label 10 of sample 1 is out of range 0 to 9: the labels do not belong to this data set");
    }

    @Test
    void refuses_another_number_of_names() throws IOException {
        writeCifar10();
        Files.writeString(home.resolve("batches.meta.txt"), "airplane\n");
        assertThatThrownBy(() -> Data.open(folder.toString(), new Reading()))
                .hasMessage(home.resolve("batches.meta.txt") + ": 1 class names, 10 expected: get it again");
    }
}

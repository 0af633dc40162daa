package espalier.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import espalier.graph.BadInputException;
import espalier.graph.Shape;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageFolderTest {
    @TempDir
    Path folder;

    /** A picture whose pixels are given row by row as 0xRRGGBB. */
    private Path write(String name, int width, int height, int... rgb) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        BufferedImage picture = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        picture.setRGB(0, 0, width, height, rgb, 0, width);
        ImageIO.write(picture, name.substring(name.lastIndexOf('.') + 1), file.toFile());
        return file;
    }

    private DataSource open(Reading how) throws IOException {
        return Data.open(folder.toString(), how);
    }

    private static int[] bytes(DataSet data, int sample) {
        float[] x = new float[data.inputs().get(0).elements()];
        data.fill(sample, 0, x, 0);
        int[] bytes = new int[x.length];
        for (int i = 0; i < x.length; i++) {
            bytes[i] = Math.round(x[i] * 255);
        }
        return bytes;
    }

    @Test
    void folders_are_classes_and_pixels_come_channels_first() throws IOException {
        write("dog/b.bmp", 2, 1, 0x010203, 0xfffefd);
        write("cat/a.png", 2, 1, 0x000000, 0x102030);
        Files.writeString(folder.resolve("dog/notes.txt"), "not a picture");
        DataSet data = open(new Reading()).train();
        assertThat(data.classNames()).containsExactly("cat", "dog");
        assertThat(data.size()).isEqualTo(2);
        assertThat(data.label(1)).isEqualTo(1);
        assertThat(data.inputs()).containsExactly(InputSpec.floats(3, 1, 2));
        assertThat(bytes(data, 1)).containsExactly(1, 255, 2, 254, 3, 253);
        assertThat(bytes(data, 1)).as("kept").containsExactly(1, 255, 2, 254, 3, 253);
    }

    @Test
    void a_flat_folder_has_no_labels() throws IOException {
        write("b.png", 1, 1, 7);
        write("a.png", 1, 1, 9);
        DataSet data = open(new Reading()).train();
        assertThat(data.labelled()).isFalse();
        assertThat(bytes(data, 0)).containsExactly(0, 0, 9);
    }

    @Test
    void train_and_test_folders_divide_the_data_by_the_names_of_the_classes() throws IOException {
        write("train/a/1.png", 1, 1, 1);
        write("train/b/1.png", 1, 1, 2);
        write("test/b/1.png", 1, 1, 3);
        DataSource source = open(new Reading());
        assertThat(source.train().size()).isEqualTo(2);
        assertThat(source.forMeasuring().label(0)).isEqualTo(1);
    }

    @Test
    void beside_other_classes_train_is_a_class() throws IOException {
        write("bus/1.png", 1, 1, 1);
        write("train/1.png", 1, 1, 2);
        write("val/1.png", 1, 1, 3);
        DataSource source = open(new Reading());
        assertThat(source.train().classNames()).containsExactly("bus", "train", "val");
        assertThat(source.test()).isEmpty();
    }

    @Test
    void refuses_a_folder_beside_the_parts() throws IOException {
        write("extra/1.png", 1, 1, 1);
        write("train/a/1.png", 1, 1, 2);
        assertThatThrownBy(() -> open(new Reading()))
                .hasMessage(folder.resolve("extra") + ": beside the parts of the data, but none of them: move it away");
    }

    @Test
    void refuses_images_beside_folders_of_classes() throws IOException {
        Path loose = write("2.png", 1, 1, 1);
        write("a/1.png", 1, 1, 2);
        assertThatThrownBy(() -> open(new Reading()))
                .hasMessage(loose + ": an image beside folders of classes: move it into one of them, or away");
    }

    @Test
    void grey_is_the_luma() throws IOException {
        write("a.png", 1, 1, 0xff0000);
        // 0.299 * 255 = 76.2
        assertThat(bytes(open(new Reading().withImage(Shape.of(1, 1, 1))).train(), 0))
                .containsExactly(76);
    }

    @Test
    void cuts_out_the_middle() throws IOException {
        write("a.png", 4, 2, 10, 20, 30, 40, 50, 60, 70, 80);
        assertThat(bytes(open(new Reading().withImage(Shape.of(3, 2, 2))).train(), 0))
                .containsExactly(0, 0, 0, 0, 0, 0, 0, 0, 20, 30, 60, 70);
    }

    @Test
    void shrinking_averages_what_falls_together() throws IOException {
        int[] stripes = new int[64];
        for (int i = 0; i < 64; i++) {
            stripes[i] = i % 2 == 0 ? 0 : 200;
        }
        write("a.png", 8, 8, stripes);
        // inside, every second line being lit, a triangle filter sees half of 200
        int[] small = bytes(open(new Reading().withImage(Shape.of(3, 4, 4))).train(), 0);
        assertThat(small[2 * 16 + 5]).isBetween(95, 105);
        assertThat(small[2 * 16 + 10]).isBetween(95, 105);
    }

    @Test
    void enlarging_interpolates() throws IOException {
        write("a.png", 2, 2, 0, 100, 0, 100);
        int[] large = bytes(open(new Reading().withImage(Shape.of(3, 4, 4))).train(), 0);
        // centres lie at -0.25, 0.25, 0.75 and 1.25 source pixels
        assertThat(Arrays.copyOfRange(large, 32, 36)).containsExactly(0, 25, 75, 100);
    }

    @Test
    void refuses_a_file_that_is_no_image_before_work_starts() throws IOException {
        write("a.png", 1, 1, 1);
        Path fake = Files.writeString(folder.resolve("b.png"), "#!/bin/sh");
        assertThatThrownBy(() -> open(new Reading()))
                .isInstanceOf(BadInputException.class)
                .hasMessage(fake + ": not an image that can be read: give PNG, JPEG, BMP or GIF, or remove it");
    }

    @Test
    void refuses_a_truncated_image() throws IOException {
        Path file = write(
                "a.png",
                64,
                64,
                new java.util.Random(1).ints(64 * 64, 0, 1 << 24).toArray());
        byte[] whole = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(whole, whole.length / 2));
        DataSet data = open(new Reading()).train();
        assertThatThrownBy(() -> bytes(data, 0))
                .hasMessage(file + ": not an image that can be read: give PNG, JPEG, BMP or GIF, or remove it");
    }

    @Test
    void refuses_an_image_that_claims_to_be_huge() throws IOException {
        Path file = write("a.png", 1, 1, 1);
        byte[] bytes = Files.readAllBytes(file);
        bytes[16 + 1] = 1; // the width's second byte: 65,537 pixels
        bytes[20 + 1] = 1;
        Files.write(file, bytes);
        assertThatThrownBy(() -> open(new Reading()))
                .hasMessage(file + ": image of 65537x65537 pixels: give one of at most 64 megapixels");
        bytes[16 + 1] = 0;
        bytes[16 + 3] = 100;
        Files.write(file, bytes);
        assertThatThrownBy(() -> open(new Reading()))
                .hasMessage(file + ": claims 100x65537 pixels, more than a file of its size can hold: get it again");
    }

    @Test
    void refuses_sizes_that_differ_unless_told_what_to_bring_them_to() throws IOException {
        write("a.png", 1, 1, 1);
        Path b = write("b.png", 2, 1, 1, 2);
        assertThatThrownBy(() -> open(new Reading()))
                .hasMessage(
                        b
                                + ": image of 2x1 pixels, but a.png has 1x1: bring them to one size, or give a model of fixed size");
        assertThat(open(new Reading().withImage(Shape.of(3, 1, 1))).train().size())
                .isEqualTo(2);
        assertThatThrownBy(() -> open(new Reading().withImage(Shape.of(10))))
                .hasMessage("images cannot be brought to [10]: give [1,height,width] or [3,height,width]");
    }

    @Test
    void refuses_folders_without_images_or_of_unknown_classes() throws IOException {
        assertThatThrownBy(() -> open(new Reading()))
                .hasMessage(folder + ": no images and no data set in this folder:"
                        + " give one with images, or one folder for each class");
        write("train/a/1.png", 1, 1, 1);
        write("test/z/1.png", 1, 1, 1);
        assertThatThrownBy(() -> open(new Reading()))
                .hasMessage(folder.resolve("test/z")
                        + ": no class of that name in the training part: remove the folder or complete the data");
        Files.createDirectory(folder.resolve("train/empty"));
        assertThatThrownBy(() -> open(new Reading()))
                .hasMessage(
                        folder.resolve("train/empty") + ": holds no images: remove the folder or complete the data");
    }
}

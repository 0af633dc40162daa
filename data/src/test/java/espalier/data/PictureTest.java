package espalier.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import espalier.graph.BadInputException;
import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.Raster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PictureTest {
    @TempDir
    Path folder;

    /** CMYK itself is beyond some versions of Java; two inks are beyond all. */
    private Path twoInks() throws IOException {
        Path file = folder.resolve("print.jpg");
        Raster inks = Raster.createInterleavedRaster(DataBuffer.TYPE_BYTE, 8, 8, 2, null);
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpg").next();
        try (ImageOutputStream out = ImageIO.createImageOutputStream(file.toFile())) {
            writer.setOutput(out);
            writer.write(new IIOImage(inks, null, null));
        } finally {
            writer.dispose();
        }
        return file;
    }

    private Path noise() throws IOException {
        Path file = folder.resolve("noise.jpg");
        BufferedImage picture = new BufferedImage(64, 64, BufferedImage.TYPE_INT_RGB);
        int[] pixels = new Random(1).ints(64 * 64, 0, 1 << 24).toArray();
        picture.setRGB(0, 0, 64, 64, pixels, 0, 64);
        ImageIO.write(picture, "jpg", file.toFile());
        return file;
    }

    @Test
    void colours_that_cannot_be_decoded_are_found_with_the_size() throws IOException {
        Path file = twoInks();
        assertThatThrownBy(() -> Picture.size(file))
                .isInstanceOf(BadInputException.class)
                .hasMessage(file + ": JPEG in CMYK or other colours that Java does not read: convert it to RGB");
    }

    @Test
    void refuses_a_jpeg_of_which_a_part_is_missing() throws IOException {
        Path file = noise();
        assertThat(Picture.decode(file).getWidth()).isEqualTo(64);
        byte[] whole = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(whole, whole.length / 2));
        assertThat(Picture.size(file)).isEqualTo(new Picture.Size(64, 64));
        assertThatThrownBy(() -> Picture.decode(file))
                .isInstanceOf(BadInputException.class)
                .hasMessage(file + ": truncated image: get it again, or remove it");
    }
}

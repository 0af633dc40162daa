package espalier.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.WritableRaster;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResamplingTest {
    @TempDir
    Path folder;

    private static BufferedImage filled(BufferedImage picture, int sample) {
        WritableRaster raster = picture.getRaster();
        int[] samples = new int[raster.getWidth() * raster.getHeight()];
        Arrays.fill(samples, sample);
        raster.setSamples(0, 0, raster.getWidth(), raster.getHeight(), 0, samples);
        return picture;
    }

    private static BufferedImage greyWithAlpha() {
        ComponentColorModel model = new ComponentColorModel(
                ColorSpace.getInstance(ColorSpace.CS_GRAY),
                true,
                false,
                BufferedImage.TRANSLUCENT,
                DataBuffer.TYPE_BYTE);
        return new BufferedImage(model, model.createCompatibleWritableRaster(2, 1), false, null);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void grey_keeps_its_numbers_in_every_channel(int channels) {
        byte[] expected = new byte[2 * channels];
        Arrays.fill(expected, (byte) 128);
        BufferedImage bytes = filled(new BufferedImage(2, 1, BufferedImage.TYPE_BYTE_GRAY), 128);
        assertThat(Resampling.toBytes(bytes, channels, 1, 2)).isEqualTo(expected);
        BufferedImage shorts = filled(new BufferedImage(2, 1, BufferedImage.TYPE_USHORT_GRAY), 128 << 8 | 77);
        assertThat(Resampling.toBytes(shorts, channels, 1, 2)).isEqualTo(expected);
        assertThat(Resampling.toBytes(filled(greyWithAlpha(), 128), channels, 1, 2))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"png", "jpg"})
    void grey_files_keep_their_numbers(String kind) throws IOException {
        Path file = folder.resolve("grey." + kind);
        ImageIO.write(filled(new BufferedImage(8, 8, BufferedImage.TYPE_BYTE_GRAY), 128), kind, file.toFile());
        byte[] expected = new byte[64];
        Arrays.fill(expected, (byte) 128);
        assertThat(Resampling.toBytes(Picture.decode(file), 1, 8, 8)).isEqualTo(expected);
    }

    @Test
    void grey_of_a_palette_is_what_the_palette_says() {
        BufferedImage two = new BufferedImage(2, 1, BufferedImage.TYPE_BYTE_BINARY);
        two.setRGB(1, 0, 0xffffff);
        assertThat(Resampling.toBytes(two, 1, 1, 2)).containsExactly(0, 255);
    }
}

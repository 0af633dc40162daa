package espalier.data;

import static org.assertj.core.api.Assertions.assertThat;

import espalier.graph.BadInputException;
import espalier.graph.Shape;
import espalier.graph.Tensor;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.zip.GZIPOutputStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files with a few bytes changed, cut off or doubled are read or refused in one line; nothing else happens. */
class HostileFilesTest {
    private static final int TRIES = 200;

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"idx", "idx.gz", "npz", "npy", "csv", "png", "jpg", "bmp", "gif"})
    void a_damaged_file_is_read_or_refused(String kind) throws IOException {
        byte[] whole = sound(kind);
        SplittableRandom random = new SplittableRandom(kind.hashCode());
        int refused = 0;
        for (int i = 0; i < TRIES; i++) {
            Path file = Files.write(folder.resolve("x." + kind), damaged(whole, random));
            try {
                useAll(isPicture(kind) ? folder : file);
            } catch (BadInputException e) {
                refused++;
                assertThat(e.getMessage()).doesNotContainPattern("[\\p{Cntrl}]").hasSizeLessThan(600);
            }
        }
        assertThat(refused).isPositive();
    }

    private static boolean isPicture(String kind) {
        return kind.matches("png|jpg|bmp|gif");
    }

    private static void useAll(Path path) throws IOException {
        DataSet data = Data.open(path.toString(), new Reading()).train();
        float[] x = new float[data.inputs().get(0).elements()];
        for (int i = 0; i < Math.min(10, data.size()); i++) {
            data.fill(i, 0, x, 0);
        }
    }

    private static byte[] damaged(byte[] whole, SplittableRandom random) {
        byte[] bytes = whole.clone();
        for (int i = random.nextInt(4); i >= 0; i--) {
            bytes[random.nextInt(random.nextBoolean() ? bytes.length : Math.min(64, bytes.length))] =
                    (byte) random.nextInt(256);
        }
        return switch (random.nextInt(4)) {
            case 0 -> Arrays.copyOf(bytes, random.nextInt(bytes.length));
            case 1 -> Arrays.copyOf(bytes, bytes.length + random.nextInt(20));
            default -> bytes;
        };
    }

    private byte[] sound(String kind) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        switch (kind) {
            case "idx" -> out.write(idx());
            case "idx.gz" -> {
                try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
                    gzip.write(idx());
                }
            }
            case "npz" -> {
                Path file = folder.resolve("sound.npz");
                Npz.write(file, Map.of("x", Tensor.floats(Shape.of(2, 2), 1, 2, 3, 4), "labels", Tensor.longs(0, 1)));
                out.write(Files.readAllBytes(file));
            }
            case "npy" -> Npy.write(Tensor.longs(Shape.of(2, 2), 1, 2, 3, 4), out);
            case "csv" -> out.write("a,b,kind\n1,2.5,x\n3,\"4\",y\n".getBytes(StandardCharsets.US_ASCII));
            default -> ImageIO.write(new BufferedImage(9, 7, BufferedImage.TYPE_INT_RGB), kind, out);
        }
        return out.toByteArray();
    }

    private static byte[] idx() {
        byte[] idx = new byte[16 + 8];
        idx[2] = 8;
        idx[3] = 3;
        idx[7] = 2;
        idx[11] = 2;
        idx[15] = 2;
        return idx;
    }
}

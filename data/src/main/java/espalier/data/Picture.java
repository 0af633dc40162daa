package espalier.data;

import espalier.graph.BadInputException;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/** Image files, whose size is looked at before they are decoded. */
final class Picture {
    private static final long MOST_BYTES = 64L << 20;
    private static final long MOST_PIXELS = 64L << 20;

    /** What a file may claim to hold: a picture of one colour has some hundred pixels a byte. */
    private static final long PIXELS_A_BYTE = 1000;

    private static final long ALWAYS_ALLOWED = 4L << 20;

    /** Width and height in pixels. */
    record Size(int width, int height) {
        @Override
        public String toString() {
            return width + "x" + height;
        }
    }

    @FunctionalInterface
    private interface Use<T> {
        T of(ImageReader reader) throws IOException;
    }

    private Picture() {}

    /** From the header alone. */
    static Size size(Path path) throws IOException {
        return read(path, reader -> checkedSize(path, reader));
    }

    static BufferedImage decode(Path path) throws IOException {
        return read(path, reader -> {
            checkedSize(path, reader);
            return reader.read(0);
        });
    }

    private static Size checkedSize(Path path, ImageReader reader) throws IOException {
        Size size = new Size(reader.getWidth(0), reader.getHeight(0));
        long pixels = (long) size.width() * size.height();
        if (pixels > MOST_PIXELS) {
            throw BadInputException.of(
                    "%s: image of %s pixels: give one of at most 64 megapixels", Names.of(path), size);
        }
        if (pixels > ALWAYS_ALLOWED + PIXELS_A_BYTE * Files.size(path)) {
            throw BadInputException.of(
                    "%s: claims %s pixels, more than a file of its size can hold: get it again", Names.of(path), size);
        }
        return size;
    }

    private static <T> T read(Path path, Use<T> use) throws IOException {
        if (Files.size(path) > MOST_BYTES) {
            throw BadInputException.of("%s: image file of more than 64 MiB: give a smaller one", Names.of(path));
        }
        byte[] bytes = Files.readAllBytes(path);
        try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(bytes))) {
            Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
            if (!readers.hasNext()) {
                throw new IOException("no known format");
            }
            ImageReader reader = readers.next();
            try {
                reader.setInput(in, true, true);
                return use.of(reader);
            } finally {
                reader.dispose();
            }
        } catch (BadInputException e) {
            throw e;
        } catch (IOException | RuntimeException e) { // the decoders of the JDK let all kinds of exceptions out
            throw new BadInputException(
                    Names.of(path) + ": not an image that can be read: give PNG, JPEG, BMP or GIF, or remove it", e);
        }
    }
}

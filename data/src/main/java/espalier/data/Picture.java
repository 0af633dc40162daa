package espalier.data;

import espalier.graph.BadInputException;
import java.awt.image.BufferedImage;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.regex.Pattern;
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

    private static final Pattern CUT_OFF = Pattern.compile("truncated|premature end", Pattern.CASE_INSENSITIVE);

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
        return read(path, reader -> {
            Size size = checkedSize(path, reader);
            requireColours(path, reader);
            return size;
        });
    }

    static BufferedImage decode(Path path) throws IOException {
        return read(path, reader -> {
            checkedSize(path, reader);
            List<String> warnings = new ArrayList<>();
            reader.addIIOReadWarningListener((source, warning) -> warnings.add(warning));
            BufferedImage picture = reader.read(0);
            requireWhole(path, warnings);
            return picture;
        });
    }

    private static void requireColours(Path path, ImageReader reader) throws IOException {
        if (!reader.getImageTypes(0).hasNext()) {
            throw BadInputException.of(
                    "%s: JPEG in CMYK or other colours that Java does not read: convert it to RGB", Names.of(path));
        }
    }

    /** The decoder of JPEG fills up with grey what is missing, and only warns. */
    private static void requireWhole(Path path, List<String> warnings) {
        if (warnings.stream().anyMatch(w -> CUT_OFF.matcher(w).find())) {
            throw BadInputException.of("%s: truncated image: get it again, or remove it", Names.of(path));
        }
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
        try (InputStream bytes = new BufferedInputStream(Files.newInputStream(path));
                ImageInputStream in = new MemoryCacheImageInputStream(bytes)) {
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

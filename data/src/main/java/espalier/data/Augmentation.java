package espalier.data;

import espalier.config.Key;
import espalier.graph.BadInputException;
import java.util.SplittableRandom;

/**
 * Small changes to training images that keep their class. Each sample draws from a stream of its own, so the same seed, epoch and
 * sample give the same picture whatever the batch.
 *
 * @param shift up to so many pixels along each axis, black moving in: the random crop after padding by {@code shift} of He et al.,
 *     2015, arXiv:1512.03385, section 4.2
 * @param flip mirrors every second image, on average, left to right
 */
public record Augmentation(
        @Key("shift by up to so many pixels, as a random crop after so much padding")
        int shift,

        @Key("mirror half of the images left to right") boolean flip) {
    public static final Augmentation NONE = new Augmentation();

    public Augmentation() {
        this(0, false);
    }

    public Augmentation {
        if (shift < 0) {
            throw BadInputException.of("augmentation: shift %d: give 0 or more pixels", shift);
        }
    }

    public boolean isNone() {
        return shift == 0 && !flip;
    }

    /** What happens to one sample. */
    Change draw(SplittableRandom random) {
        int dy = random.nextInt(-shift, shift + 1);
        int dx = random.nextInt(-shift, shift + 1);
        return new Change(dy, dx, flip && random.nextBoolean());
    }

    /**
     * Pixel (y, x) of the result is pixel (y + dy, x + dx) of the image, mirrored afterwards.
     */
    record Change(int dy, int dx, boolean mirror) {
        static final Change NONE = new Change(0, 0, false);

        /** Writes one channel of {@code height} x {@code width}, scaled: {@code scale * pixel + bias}, outside pixels being 0. */
        void apply(float[] from, int start, float[] to, int at, int height, int width, float scale, float bias) {
            int first = Math.min(width, Math.max(0, -dx));
            int last = Math.max(first, Math.min(width, width - dx));
            for (int y = 0; y < height; y++) {
                int row = at + y * width;
                boolean inside = y + dy >= 0 && y + dy < height;
                int left = inside ? first : width;
                int right = inside ? last : width;
                int source = start + (y + dy) * width + dx;
                java.util.Arrays.fill(to, row, row + left, bias);
                for (int x = left; x < right; x++) {
                    to[row + x] = scale * from[source + x] + bias;
                }
                java.util.Arrays.fill(to, row + right, row + width, bias);
                if (mirror) {
                    reverse(to, row, row + width - 1);
                }
            }
        }

        private static void reverse(float[] row, int left, int right) {
            for (int i = left, j = right; i < j; i++, j--) {
                float t = row[i];
                row[i] = row[j];
                row[j] = t;
            }
        }
    }
}

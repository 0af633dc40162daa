package espalier.data;

import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.util.Arrays;

/**
 * Brings a picture to a size: scaled until it covers the wanted rectangle, then the middle is cut out. Shrinking averages over all pixels
 * that fall together (a triangle filter as wide as the scale), so that thin lines do not vanish; a picture of the right size is untouched.
 */
final class Resampling {
    private Resampling() {}

    /** Bytes, channels first: red, green, blue, or the luma of ITU-R BT.601 alone. */
    static byte[] toBytes(BufferedImage picture, int channels, int height, int width) {
        float[][] planes = planes(picture, channels);
        int w = picture.getWidth();
        int h = picture.getHeight();
        double scale = Math.min((double) w / width, (double) h / height);
        Filter across = Filter.of(w, width, scale);
        Filter down = Filter.of(h, height, scale);
        byte[] out = new byte[channels * height * width];
        for (int c = 0; c < channels; c++) {
            float[] narrow = across.rows(planes[c], w, h);
            for (int y = 0; y < height; y++) {
                for (int x = 0; x < width; x++) {
                    float v = down.at(y, narrow, x, width);
                    out[(c * height + y) * width + x] = (byte) Math.max(0, Math.min(255, Math.round(v)));
                }
            }
        }
        return out;
    }

    private static float[][] planes(BufferedImage picture, int channels) {
        if (picture.getColorModel().getColorSpace().getType() != ColorSpace.TYPE_GRAY) {
            return coloured(picture, channels);
        }
        float[][] planes = new float[channels][];
        Arrays.fill(planes, grey(picture));
        return planes;
    }

    /** The samples as the file has them: {@code getRGB} takes them for linear and brightens them. */
    private static float[] grey(BufferedImage picture) {
        int w = picture.getWidth();
        int h = picture.getHeight();
        int beyondByte = picture.getColorModel().getComponentSize(0) - Byte.SIZE;
        float[] plane = new float[w * h];
        int[] row = new int[w];
        for (int y = 0; y < h; y++) {
            picture.getRaster().getSamples(0, y, w, 1, 0, row);
            for (int x = 0; x < w; x++) {
                plane[y * w + x] = row[x] >> beyondByte;
            }
        }
        return plane;
    }

    private static float[][] coloured(BufferedImage picture, int channels) {
        int w = picture.getWidth();
        int h = picture.getHeight();
        float[][] planes = new float[channels][w * h];
        int[] row = new int[w];
        for (int y = 0; y < h; y++) {
            picture.getRGB(0, y, w, 1, row, 0, w);
            for (int x = 0; x < w; x++) {
                int r = row[x] >> 16 & 0xff;
                int g = row[x] >> 8 & 0xff;
                int b = row[x] & 0xff;
                if (channels == 1) {
                    planes[0][y * w + x] = r == g && g == b ? r : 0.299f * r + 0.587f * g + 0.114f * b;
                } else {
                    planes[0][y * w + x] = r;
                    planes[1][y * w + x] = g;
                    planes[2][y * w + x] = b;
                }
            }
        }
        return planes;
    }

    /** For each pixel of the result along one axis, the first source pixel and the weights of it and its neighbours. */
    private record Filter(int[] first, float[][] weights) {
        static Filter of(int from, int to, double scale) {
            double radius = Math.max(1, scale);
            double margin = (from - to * scale) / 2;
            int[] first = new int[to];
            float[][] weights = new float[to][];
            for (int i = 0; i < to; i++) {
                double centre = margin + (i + 0.5) * scale - 0.5;
                int low = Math.max(0, (int) Math.ceil(centre - radius + 1e-9));
                int high = Math.min(from - 1, (int) Math.floor(centre + radius - 1e-9));
                first[i] = low;
                weights[i] = triangle(centre, radius, low, high);
            }
            return new Filter(first, weights);
        }

        private static float[] triangle(double centre, double radius, int low, int high) {
            double[] raw = new double[high - low + 1];
            double sum = 0;
            for (int k = 0; k < raw.length; k++) {
                raw[k] = 1 - Math.abs(low + k - centre) / radius;
                sum += raw[k];
            }
            float[] weights = new float[raw.length];
            for (int k = 0; k < raw.length; k++) {
                weights[k] = (float) (raw[k] / sum);
            }
            return weights;
        }

        /** The plane with every row filtered. */
        float[] rows(float[] plane, int width, int height) {
            float[] out = new float[height * first.length];
            for (int y = 0; y < height; y++) {
                for (int x = 0; x < first.length; x++) {
                    float sum = 0;
                    for (int k = 0; k < weights[x].length; k++) {
                        sum += weights[x][k] * plane[y * width + first[x] + k];
                    }
                    out[y * first.length + x] = sum;
                }
            }
            return out;
        }

        float at(int y, float[] plane, int x, int width) {
            float sum = 0;
            for (int k = 0; k < weights[y].length; k++) {
                sum += weights[y][k] * plane[(first[y] + k) * width + x];
            }
            return sum;
        }
    }
}

package espalier.bench;

import espalier.graph.Graph;
import espalier.graph.Model;
import espalier.graph.Shape;
import espalier.graph.Tensor;
import espalier.onnx.OnnxText;
import espalier.pack.Clustering;
import espalier.pack.PackedFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.zip.Deflater;

/** Speed and size of clustering and packing, in processor time, so that a busy machine does not matter: bench/pack-speed. */
final class PackSpeed {
    private static final int MANY = 25_000_000;
    private static final int ROWS = 2_000;
    private static final double MEGA = 1e6;

    private PackSpeed() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        Random random = new Random(1);
        float[] w = new float[MANY];
        for (int i = 0; i < w.length; i++) {
            w[i] = (float) (0.05 * random.nextGaussian());
        }
        Clustering.exact(new float[] {1, 2, 3}, 2);
        long began = time();
        Clustering exact = Clustering.exact(w, 256);
        System.out.printf(Locale.ROOT, "25 million weights to 256 values: %.2f s%n", (time() - began) / 1e9);

        int columns = 2_000;
        float[] some = new float[ROWS * columns];
        byte[] labels = new byte[some.length];
        float[] sixteen =
                Clustering.exact(java.util.Arrays.copyOf(w, 1_000_000), 16).centroids();
        for (int i = 0; i < some.length; i++) {
            int label = Clustering.nearest(sixteen, w[i]);
            labels[i] = (byte) label;
            some[i] = sixteen[label];
        }
        Model model = model(Tensor.floats(Shape.of(ROWS, columns), some));
        began = time();
        byte[] packed = PackedFile.pack(model).bytes();
        System.out.printf(Locale.ROOT, "packed 4 million weights of 16 values: %.2f s%n", (time() - began) / 1e9);
        double best = 0;
        for (int i = 0; i < 12; i++) {
            began = time();
            PackedFile.parse(packed);
            best = Math.max(best, some.length * (double) Float.BYTES / MEGA / ((time() - began) / 1e9));
        }
        System.out.printf(Locale.ROOT, "unpacked: %.0f MB of floats a second%n", best);
        System.out.printf(
                Locale.ROOT,
                "bytes: packed %d, labels by DEFLATE %d, by zstd -19 %s; error %.4g%n",
                packed.length,
                deflated(labels),
                zstd(labels),
                exact.error());
    }

    private static long time() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    private static Model model(Tensor weight) {
        Model empty = OnnxText.parse("""
                <ir_version: 8, opset_import: ["" : 17]>
                g (float[N,2000] x) => (float[N,2000] y) { y = MatMul(x, w) }
                """);
        Graph g = empty.graph().plusInitializers(Map.of("w", weight));
        return empty.withGraph(g);
    }

    private static int deflated(byte[] labels) {
        Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION, true);
        deflater.setInput(labels);
        deflater.finish();
        int bytes = 0;
        byte[] piece = new byte[1 << 16];
        while (!deflater.finished()) {
            bytes += deflater.deflate(piece);
        }
        deflater.end();
        return bytes;
    }

    /** By the program of that name, where there is one. */
    private static String zstd(byte[] labels) throws InterruptedException {
        try {
            Process p = new ProcessBuilder("zstd", "-19", "-q", "-c")
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            Thread feed = new Thread(() -> {
                try (var in = p.getOutputStream()) {
                    in.write(labels);
                } catch (IOException e) {
                    // zstd has ended: its exit code tells
                }
            });
            feed.start();
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            p.getInputStream().transferTo(out);
            feed.join();
            return p.waitFor() == 0 ? String.valueOf(out.size()) : "failed";
        } catch (IOException e) {
            return "not installed";
        }
    }
}

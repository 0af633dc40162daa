package espalier.bench;

import espalier.graph.Graph;
import espalier.graph.Model;
import espalier.graph.Shape;
import espalier.graph.Tensor;
import espalier.onnx.OnnxText;
import espalier.pack.Clustering;
import espalier.pack.Nearest;
import espalier.pack.PackedFile;
import espalier.pack.Packing;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.zip.Deflater;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Speed and size of clustering and packing, in processor time of one thread, so that a busy machine matters little. */
@Command(
        name = "pack-speed",
        mixinStandardHelpOptions = true,
        description = {
            "Clusters 25 million normal weights, packs 4 million of them, and unpacks them again;",
            "the same labels, a byte each, go through DEFLATE and through zstd -19 where that program is installed."
        })
final class PackSpeed implements Callable<Integer> {
    private static final int MANY = 25_000_000;
    private static final int ROWS = 2_000;
    private static final int COLUMNS = 2_000;
    private static final int PACKS = 3;
    private static final int UNPACKS = 20;

    @Option(names = "--record", description = "figures are added to this file")
    private @Nullable Path record;

    /**
     * The recorded row.
     *
     * @param clusterSeconds of the best clustering of 25 million weights, the error taken over all of them
     * @param floats bytes of the weights that are packed
     * @param bound bytes of the codebook and of the entropy of the labels, taken one by one
     * @param packed bytes of the file
     * @param deflate bytes of the labels alone, with matches or without, whatever is less
     * @param zstd the same with zstd -19; -1 where it is not installed
     * @param packSeconds the fastest of a few
     * @param unpackMegabytes floats a second, the fastest of some
     */
    private record Row(
            double clusterSeconds,
            long floats,
            double bound,
            long packed,
            long deflate,
            long zstd,
            double packSeconds,
            double unpackMegabytes) {}

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new PackSpeed()).execute(arguments));
    }

    @Override
    public Integer call() throws Exception {
        Random random = new Random(1);
        float[] weights = new float[MANY];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = (float) (0.05 * random.nextGaussian());
        }
        Clustering.exact(Arrays.copyOf(weights, MANY / 10), 64);
        Figures figures = new Figures(record == null ? Home.resolve("bench/target/figures.jsonl") : record);
        for (int k : new int[] {256, 16, 4}) {
            Row row = row(weights, k);
            figures.add(Figures.Line.of("pack-speed", k + " values", "bench/pack-speed", row));
        }
        System.out.println(BenchTables.PACK_SPEED.markdown(figures));
        return 0;
    }

    private static Row row(float[] weights, int k) throws InterruptedException {
        long began = time();
        float[] values = Clustering.exact(weights, k).centroids();
        double clustered = seconds(began);
        Nearest nearest = Nearest.of(values);
        float[] some = new float[ROWS * COLUMNS];
        byte[] labels = new byte[some.length];
        for (int i = 0; i < some.length; i++) {
            int label = nearest.to(weights[i]);
            labels[i] = (byte) label;
            some[i] = values[label];
        }
        Model model = model(Tensor.floats(Shape.of(ROWS, COLUMNS), some));
        Packing packing = PackedFile.pack(model);
        double packs = Double.POSITIVE_INFINITY;
        for (int i = 0; i < PACKS; i++) {
            began = time();
            packing = PackedFile.pack(model);
            packs = Math.min(packs, seconds(began));
        }
        double unpacks = Double.POSITIVE_INFINITY;
        for (int i = 0; i < UNPACKS; i++) {
            began = time();
            PackedFile.parse(packing.bytes());
            unpacks = Math.min(unpacks, seconds(began));
        }
        long floats = some.length * (long) Float.BYTES;
        return new Row(
                clustered,
                floats,
                packing.tensors().get(0).bound(),
                packing.bytes().length,
                Math.min(deflated(labels, Deflater.DEFAULT_STRATEGY), deflated(labels, Deflater.HUFFMAN_ONLY)),
                zstd(labels),
                packs,
                floats / 1e6 / unpacks);
    }

    private static long time() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    private static double seconds(long since) {
        return (time() - since) / 1e9;
    }

    private static Model model(Tensor weight) {
        Model small = OnnxText.parse("""
                <ir_version: 8, opset_import: ["" : 17]>
                g (float[N,2000] x) => (float[N,2000] y) <float[1,1] w = {0}> { y = MatMul(x, w) }
                """);
        Graph g = small.graph().plusInitializers(Map.of("w", weight));
        return small.withGraph(g);
    }

    private static long deflated(byte[] labels, int strategy) {
        Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION, true);
        deflater.setStrategy(strategy);
        deflater.setInput(labels);
        deflater.finish();
        long bytes = 0;
        byte[] piece = new byte[1 << 16];
        while (!deflater.finished()) {
            bytes += deflater.deflate(piece);
        }
        deflater.end();
        return bytes;
    }

    private static long zstd(byte[] labels) throws InterruptedException {
        try {
            Process p = new ProcessBuilder(List.of("zstd", "-19", "-q", "-c"))
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
            return p.waitFor() == 0 ? out.size() : -1;
        } catch (IOException e) {
            return -1;
        }
    }
}

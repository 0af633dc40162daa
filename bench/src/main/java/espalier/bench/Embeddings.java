package espalier.bench;

import espalier.cli.OrtReferee;
import espalier.graph.Model;
import espalier.graph.Shape;
import espalier.graph.Tensor;
import espalier.onnx.OnnxFile;
import espalier.pass.Passes;
import espalier.quantize.Quantization;
import espalier.quantize.Quantize;
import espalier.runtime.LatencyComparison;
import espalier.runtime.LatencyComparison.Candidate;
import espalier.runtime.OrtSession;
import espalier.runtime.Sampling;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * A sentence encoder with BERT's inputs, dynamically quantized by us and, where given, by its publisher: bytes, latency in turns, and
 * the mean cosine between its sentence embeddings (the mean over the tokens) and those of the float network, for random tokens.
 */
@Command(name = "embeddings", description = "Dynamic INT8 of a sentence encoder beside its publisher's own.")
final class Embeddings implements Callable<Integer> {
    private static final int FIRST_WORD = 1996;
    private static final int LAST_WORD = 29000;
    private static final long CLS = 101;
    private static final long SEP = 102;

    @Parameters(paramLabel = "MODEL", description = "The float network.")
    private Path model = Path.of("");

    @Option(names = "--published", description = "the publisher's quantized network")
    private @Nullable Path published;

    @Option(names = "--sentences", description = "random sentences of 8 to 64 tokens (default: ${DEFAULT-VALUE})")
    private int sentences = 100;

    @Option(names = "--threads", description = "(default: ${DEFAULT-VALUE})")
    private int threads = 1;

    @Option(names = "--record", description = "the figures are added to this file")
    private @Nullable Path record;

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Embeddings()).execute(arguments));
    }

    /**
     * Figures of one file.
     *
     * @param faster than the float network, in the same run
     * @param cosine mean over sentences
     * @param worst the lowest of them
     */
    record Row(
            long bytes,
            double millis16,
            double millis128,
            double faster16,
            double faster128,
            double cosine,
            double worst) {}

    @Override
    public Integer call() throws Exception {
        Model read = OnnxFile.read(model);
        // token embeddings alone, as the publisher's file has them; some exports carry a pooled output as well
        Model floats = Passes.afterRewriting()
                .apply(read.withGraph(
                        read.graph().withOutputs(read.graph().outputs().subList(0, 1))));
        Map<String, Shape> shapes = Map.of("input_ids", Shape.of(1, 128));
        Quantize settings = espalier.config.Binder.record(
                new Quantize(), espalier.recipe.Yaml.parse("{mode: dynamic, measured: false}", "bench"));
        Model ours = Quantization.dynamic(settings, floats, new OrtReferee(threads, shapes, Duration.ofSeconds(1)))
                .model();
        Map<String, byte[]> files = new LinkedHashMap<>();
        files.put("float", OnnxFile.bytes(floats));
        files.put("ours", OnnxFile.bytes(ours));
        if (published != null) {
            files.put("publisher", Files.readAllBytes(published));
        }
        Map<String, Row> rows = rows(files);
        System.out.printf(
                "%-10s %10s %12s %12s %8s %8s %9s %9s%n",
                "", "bytes", "16 tokens ms", "128 tokens", "faster", "faster", "cosine", "worst");
        rows.forEach((name, r) -> System.out.printf(
                Locale.ROOT,
                "%-10s %10d %12.2f %12.2f %7.2fx %7.2fx %9.5f %9.5f%n",
                name,
                r.bytes,
                r.millis16,
                r.millis128,
                r.faster16,
                r.faster128,
                r.cosine,
                r.worst));
        if (record != null) {
            Figures figures = new Figures(record);
            for (var row : rows.entrySet()) {
                figures.add(Figures.Line.of(
                        "embeddings",
                        "MiniLM, " + row.getKey(),
                        "bench/embeddings MODEL --published FILE",
                        row.getValue()));
            }
        }
        return 0;
    }

    private Map<String, Row> rows(Map<String, byte[]> files) {
        List<OrtSession> sessions = new ArrayList<>();
        try {
            files.values().forEach(b -> sessions.add(OrtSession.of(b, threads)));
            LatencyComparison few = latency(sessions, 16);
            LatencyComparison many = latency(sessions, 128);
            Map<String, Row> rows = new LinkedHashMap<>();
            int i = 0;
            for (var file : files.entrySet()) {
                double sum = 0;
                double worst = 1;
                for (int s = 0; s < sentences; s++) {
                    Map<String, Tensor> tokens = tokens(s);
                    double cosine = cosine(embedding(sessions.get(0), tokens), embedding(sessions.get(i), tokens));
                    sum += cosine;
                    worst = Math.min(worst, cosine);
                }
                rows.put(
                        file.getKey(),
                        new Row(
                                file.getValue().length,
                                few.latencies().get(i).p50(),
                                many.latencies().get(i).p50(),
                                few.speedup(0, i),
                                many.speedup(0, i),
                                sum / sentences,
                                worst));
                i++;
            }
            return rows;
        } finally {
            sessions.forEach(OrtSession::close);
        }
    }

    private static LatencyComparison latency(List<OrtSession> sessions, int length) {
        Random random = new Random(length);
        Map<String, Tensor> tokens = inputs(length, random);
        return LatencyComparison.measure(
                sessions.stream().map(s -> new Candidate(s, tokens)).toList(),
                new Sampling().withBudget(Duration.ofSeconds(5)));
    }

    private static Map<String, Tensor> tokens(int sentence) {
        Random random = new Random(sentence);
        return inputs(8 + random.nextInt(57), random);
    }

    private static Map<String, Tensor> inputs(int length, Random random) {
        long[] ids = new long[length];
        long[] mask = new long[length];
        for (int i = 0; i < length; i++) {
            ids[i] = FIRST_WORD + random.nextInt(LAST_WORD - FIRST_WORD);
            mask[i] = 1;
        }
        ids[0] = CLS;
        ids[length - 1] = SEP;
        Shape shape = Shape.of(1, length);
        return Map.of(
                "input_ids", Tensor.longs(shape, ids),
                "attention_mask", Tensor.longs(shape, mask),
                "token_type_ids", Tensor.longs(shape, new long[length]));
    }

    private static double[] embedding(OrtSession session, Map<String, Tensor> tokens) {
        Tensor hidden = session.run(tokens).values().iterator().next();
        int width = (int) hidden.shape().dim(-1);
        float[] all = hidden.toFloats();
        double[] mean = new double[width];
        for (int i = 0; i < all.length; i++) {
            mean[i % width] += all[i];
        }
        return mean;
    }

    private static double cosine(double[] x, double[] y) {
        double xy = 0;
        double xx = 0;
        double yy = 0;
        for (int i = 0; i < x.length; i++) {
            xy += x[i] * y[i];
            xx += x[i] * x[i];
            yy += y[i] * y[i];
        }
        return xy / Math.sqrt(xx * yy);
    }
}

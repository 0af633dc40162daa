package espalier.bench;

import espalier.data.Batch;
import espalier.data.Batches;
import espalier.data.Batching;
import espalier.graph.Model;
import espalier.graph.Tensor;
import espalier.onnx.OnnxFile;
import espalier.runtime.EarlyExitSession;
import espalier.runtime.ExitAnswer;
import espalier.runtime.ExitStages;
import espalier.runtime.OrtSession;
import espalier.work.Evaluation;
import espalier.work.Workbench;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A model with several exits against the network without them, image by image on one thread, in turns. */
final class ExitFigures {
    private static final int BLOCK = 200;
    private static final int ROUNDS = 3;

    private ExitFigures() {}

    static Map<String, Object> of(Model model, Model base, Workbench bench, long macs, Path folder) throws IOException {
        Path stages = Files.createTempDirectory(folder, "exits");
        try (EarlyExitSession exits = EarlyExitSession.open(ExitStages.write(model, stages));
                OrtSession whole = OrtSession.of(OnnxFile.bytes(base), 1)) {
            return measured(exits, whole, model, bench, macs);
        } finally {
            try (var files = Files.list(stages)) {
                for (Path f : files.toList()) {
                    Files.delete(f);
                }
            }
            Files.delete(stages);
        }
    }

    private static Map<String, Object> measured(
            EarlyExitSession exits, OrtSession whole, Model model, Workbench bench, long macs) {
        Batches images = Batches.of(bench.data().forMeasuring(), Batching.inOrder(1, bench.normalization()));
        long[] upTo = exits.manifest().macs();
        int[] left = new int[upTo.length];
        int right = 0;
        for (int i = 0; i < images.steps(); i++) {
            Batch b = images.batch(0, i);
            ExitAnswer a = exits.run(Evaluation.named(model, b));
            left[a.exits()[0]]++;
            right += a.classes()[0] == b.labels()[0] ? 1 : 0;
        }
        double mean = 0;
        for (int k = 0; k < left.length; k++) {
            mean += (double) left[k] * upTo[k] / images.steps();
        }
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("accuracy", (double) right / images.steps());
        figures.put("macs", Math.round(mean));
        figures.put("macsRatio", macs / mean);
        figures.put("left", Arrays.stream(left).boxed().toList());
        double[] millis = millis(exits, whole, model, images);
        figures.put("millis", List.of(millis[0], millis[1]));
        figures.put("faster", millis[0] / millis[1]);
        return figures;
    }

    /** Mean milliseconds of an image, from host tensors to host tensors, without and with exits: the median of blocks' ratios. */
    private static double[] millis(EarlyExitSession exits, OrtSession whole, Model model, Batches images) {
        int blocks = Math.max(1, images.steps() / BLOCK);
        double[][] pairs = new double[ROUNDS * blocks][];
        for (int i = 0; i < pairs.length; i++) {
            List<Map<String, Tensor>> inputs = new java.util.ArrayList<>();
            for (int s = 0; s < Math.min(BLOCK, images.steps()); s++) {
                inputs.add(Evaluation.named(model, images.batch(0, i % blocks * BLOCK + s)));
            }
            long start = System.nanoTime();
            inputs.forEach(whole::run);
            long middle = System.nanoTime();
            inputs.forEach(exits::run);
            pairs[i] = new double[] {
                (middle - start) / 1e6 / inputs.size(), (System.nanoTime() - middle) / 1e6 / inputs.size()
            };
        }
        Arrays.sort(pairs, java.util.Comparator.comparingDouble(p -> p[0] / p[1]));
        return pairs[pairs.length / 2];
    }
}

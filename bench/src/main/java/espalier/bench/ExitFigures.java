package espalier.bench;

import espalier.data.Batch;
import espalier.data.Batches;
import espalier.data.Batching;
import espalier.graph.Model;
import espalier.graph.Tensor;
import espalier.onnx.OnnxFile;
import espalier.pass.ExitStages;
import espalier.runtime.EarlyExitSession;
import espalier.runtime.ExitAnswer;
import espalier.runtime.ExitManifest;
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
    private static final int IMAGES = 1_000;
    private static final int ROUNDS = 15;

    private ExitFigures() {}

    static Map<String, Object> of(Model model, Model base, Workbench bench, long macs, Path folder) throws IOException {
        Path stages = Files.createTempDirectory(folder, "exits");
        try (EarlyExitSession exits = EarlyExitSession.open(ExitManifest.write(model, ExitStages.of(model), stages));
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

    /**
     * Mean over images of the fastest of some calls, from host tensors to host tensors, without and with exits: what else runs on the
     * machine counts as little as can be.
     */
    private static double[] millis(EarlyExitSession exits, OrtSession whole, Model model, Batches images) {
        int count = Math.min(IMAGES, images.steps());
        double[] sums = new double[2];
        for (int i = 0; i < count; i++) {
            Map<String, Tensor> inputs = Evaluation.named(model, images.batch(0, i));
            long without = Long.MAX_VALUE;
            long with = Long.MAX_VALUE;
            for (int round = 0; round < ROUNDS; round++) {
                long start = System.nanoTime();
                whole.run(inputs);
                long middle = System.nanoTime();
                exits.run(inputs);
                without = Math.min(without, middle - start);
                with = Math.min(with, System.nanoTime() - middle);
            }
            sums[0] += without / 1e6 / count;
            sums[1] += with / 1e6 / count;
        }
        return sums;
    }
}

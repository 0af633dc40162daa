package espalier.quantize;

import espalier.data.DataSet;
import espalier.data.DataSource;
import espalier.data.Normalization;
import espalier.graph.Model;
import espalier.graph.Tensor;
import espalier.work.Monitor;
import espalier.work.Referee;
import espalier.work.Workbench;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** Workbenches over random samples, and what ONNX Runtime makes of models there. */
final class Benches {
    private Benches() {}

    static Workbench of(Model model, DataSet data, Referee referee) {
        return of(model, data, referee, Path.of("unused.ckpt"));
    }

    static Workbench of(Model model, DataSet data, Referee referee, Path checkpoint) {
        return new Workbench(
                model,
                DataSource.of(data),
                Normalization.NONE,
                referee,
                Monitor.SILENT,
                checkpoint,
                1,
                Optional.empty());
    }

    static Map<String, Tensor> outputs(Model model, Workbench bench) {
        try (Referee.Session session = bench.referee().open(model)) {
            return session.run(espalier.work.Evaluation.named(
                    model, bench.calibration(model, 32).batch(0, 0)));
        }
    }

    /** Squared error of the first output in decibels below its power. */
    static double signalToNoise(Model reference, Model other, Workbench bench) {
        float[] x = first(outputs(reference, bench));
        float[] y = first(outputs(other, bench));
        double signal = 0;
        double noise = 0;
        for (int i = 0; i < x.length; i++) {
            signal += x[i] * (double) x[i];
            noise += Math.pow(x[i] - y[i], 2);
        }
        return 10 * Math.log10(signal / noise);
    }

    /** The share of the samples that get the same class. */
    static double agreement(Model a, Model b, Workbench bench) {
        return evaluation(a, bench).agreement(evaluation(b, bench));
    }

    private static espalier.work.Evaluation evaluation(Model model, Workbench bench) {
        try (Referee.Session session = bench.referee().open(model)) {
            return espalier.work.Evaluation.of(model, session, bench.sample(model, 2_000));
        }
    }

    private static float[] first(Map<String, Tensor> outputs) {
        return outputs.values().iterator().next().toFloats();
    }
}

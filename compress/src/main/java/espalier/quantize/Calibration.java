package espalier.quantize;

import espalier.data.Batch;
import espalier.data.Batches;
import espalier.graph.BadInputException;
import espalier.graph.DType;
import espalier.graph.Extra;
import espalier.graph.Graph;
import espalier.graph.Model;
import espalier.graph.Tensor;
import espalier.graph.ValueInfo;
import espalier.op.InputShapes;
import espalier.op.Trace;
import espalier.pass.Passes;
import espalier.work.Evaluation;
import espalier.work.Referee;
import espalier.work.StoppedException;
import espalier.work.Workbench;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;

/** Values inside a network for samples of the training data, as the referee computes them, in bounded memory. */
final class Calibration {
    /** Elements of all watched values together that are held at a time. */
    private static final long HELD = 1L << 24;

    private static final int LARGEST_BATCH = 64;

    private final Workbench bench;
    private final int samples;

    Calibration(Workbench bench, int samples) {
        this.bench = bench;
        this.samples = samples;
    }

    /** Hands values over, batch by batch. */
    void watch(Model model, Collection<String> values, BiConsumer<String, Tensor> each) {
        Model part = showing(model, values);
        Batches batches = bench.calibration(model, batchFor(model, values));
        int size = batches.batch(0, 0).size();
        int steps = Math.min(batches.steps(), (samples + size - 1) / size);
        try (Referee.Session session = bench.referee().open(part)) {
            for (int i = 0; i < steps; i++) {
                if (bench.monitor().stopping()) {
                    throw new StoppedException("stopped while calibrating, nothing written");
                }
                Batch batch = batches.batch(0, i);
                session.run(inputs(part, batch)).forEach(each);
                bench.monitor().progress("calibrate", i + 1, steps, "");
            }
        }
    }

    private static Map<String, Tensor> inputs(Model model, Batch batch) {
        return Evaluation.named(model, batch);
    }

    /** The model with other outputs, and without what does not lead to them. */
    static Model showing(Model model, Collection<String> values) {
        Graph g = model.graph();
        List<ValueInfo> outputs = new ArrayList<>();
        for (String v : values) {
            outputs.add(new ValueInfo(v, Optional.of(new ValueInfo.Type(DType.FLOAT, Optional.empty())), Extra.NONE));
        }
        return Passes.afterRewriting().apply(model.withGraph(g.withOutputs(outputs)));
    }

    private int batchFor(Model model, Collection<String> values) {
        long perSample = 1;
        try {
            Trace trace = Trace.of(model, InputShapes.of(model, 1, bench.shapes()));
            for (String v : values) {
                perSample += trace.type(v).map(t -> t.shape().elements()).orElse(0L);
            }
        } catch (BadInputException e) {
            return 1;
        }
        return (int) Math.max(1, Math.min(Math.min(LARGEST_BATCH, samples), HELD / perSample));
    }
}

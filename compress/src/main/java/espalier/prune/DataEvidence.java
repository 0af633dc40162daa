package espalier.prune;

import espalier.channel.Carrier;
import espalier.channel.ChannelGroup;
import espalier.channel.ChannelGroups;
import espalier.data.Batches;
import espalier.graph.Model;
import espalier.pass.Passes;
import espalier.torch.Program;
import espalier.torch.Tensors;
import espalier.train.BatchGradients;
import espalier.train.CrossEntropy;
import espalier.train.Objective;
import espalier.work.Against;
import espalier.work.StoppedException;
import espalier.work.Workbench;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/** What weights tell, and what the network does on the training data of a workbench. */
final class DataEvidence implements Evidence {
    private static final int LARGEST_BATCH = 128;

    private final Evidence weights;
    private final Workbench bench;
    private final boolean labels;
    private final int batch;

    DataEvidence(Model model, Workbench bench) {
        this(model, bench, new Prune());
    }

    /**
     * @param settings tell against what gradients are taken: labels, or the original's classes where there are none or only it counts;
     *     and of how many samples at once there is memory to learn
     */
    DataEvidence(Model model, Workbench bench, Prune settings) {
        this.labels =
                settings.against() != Against.ORIGINAL && bench.data().train().labelled();
        this.batch = Math.min(LARGEST_BATCH, settings.retrain().batch());
        this.weights = new WeightEvidence(model, Map.of(), bench.seed());
        this.bench = bench;
    }

    @Override
    public Model model() {
        return weights.model();
    }

    @Override
    public float[] weights(String initializer) {
        return weights.weights(initializer);
    }

    @Override
    public void gradients(int batches, Consumer<Function<String, float[]>> each) {
        Batches data = bench.calibration(model(), batch);
        if (labels) {
            gradients(new CrossEntropy(), data, batches, each);
        } else {
            try (Program original = Program.of(Passes.beforeTraining().apply(bench.original()))) {
                gradients(new PredictedClasses(original), data, batches, each);
            }
        }
    }

    private void gradients(Objective loss, Batches data, int batches, Consumer<Function<String, float[]>> each) {
        int all = Math.min(batches, data.steps());
        int[] done = {0};
        try (Program program = Program.of(model())) {
            BatchGradients.of(program, loss, data, batches, gradients -> {
                looked(++done[0], all);
                Map<String, float[]> host = new HashMap<>();
                each.accept(name -> host.computeIfAbsent(
                        name,
                        n -> Optional.ofNullable(gradients.get(n))
                                .map(g -> Tensors.toHost(g).toFloats())
                                .orElseGet(() -> new float[weights(n).length])));
            });
        }
    }

    @Override
    public List<double[]> activity(List<ChannelGroup> some, int samples) {
        ChannelGroups groups = ChannelGroups.of(model(), bench.shapes());
        Map<ChannelGroup, List<Carrier>> watched = new HashMap<>();
        some.forEach(g -> watched.put(g, Activity.watched(model(), g, groups.carriers(g))));
        Batches data = bench.calibration(model(), batch);
        long all = Math.min(samples, data.data().size());
        return Activity.of(model(), some, watched, data, samples, done -> looked(Math.min(done, all), all));
    }

    private void looked(long done, long all) {
        if (bench.monitor().stopping()) {
            throw new StoppedException("stopped while layers are judged");
        }
        bench.monitor().progress("judge", done, all, "");
    }

    @Override
    public long seed() {
        return weights.seed();
    }
}

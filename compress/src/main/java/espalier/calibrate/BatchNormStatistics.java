package espalier.calibrate;

import espalier.config.Key;
import espalier.config.Method;
import espalier.data.Batch;
import espalier.data.Batches;
import espalier.graph.Attribute;
import espalier.graph.BadInputException;
import espalier.graph.Graph;
import espalier.graph.Model;
import espalier.graph.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;

/**
 * Fresh statistics for batch normalization. Wu, Johnson: Rethinking "Batch" in BatchNorm, 2021, arXiv:2105.07576.
 *
 * <p>Mean and variance of all samples together (section 3.2): mu = E[mu_B], sigma^2 = E[sigma_B^2] + Var[mu_B], while each batch B is
 * normalized by its own, as in training, so that all layers settle in one pass. An incomplete last batch does not count.
 *
 * @param samples how many are looked at, in whole batches
 */
@Method(
        key = "bn-statistics",
        summary = "measure mean and variance of batch normalization again",
        paper = "Wu, Johnson: Rethinking \"Batch\" in BatchNorm, 2021, arXiv:2105.07576")
public record BatchNormStatistics(
        @Key("samples that are measured") int samples) implements Recovery {
    public BatchNormStatistics() {
        this(Activations.SAMPLES);
    }

    public BatchNormStatistics {
        if (samples < 2) {
            throw BadInputException.of("samples must be 2 or more, got %d", samples);
        }
    }

    @Override
    public Model apply(Model original, Model changed, Survivors survivors, Batches batches) {
        return measured(changed, batches);
    }

    /** The model with statistics of its own; the same model where it has no batch normalization. */
    public Model measured(Model model, Batches batches) {
        List<Node> norms = model.graph().nodes().stream()
                .filter(n -> n.is("BatchNormalization"))
                .toList();
        if (norms.isEmpty()) {
            return model;
        }
        if (batches.batch(0, 0).size() < 2) {
            throw BadInputException.of(
                    "%s: batch statistics need batches of 2 or more samples",
                    batches.data().name());
        }
        List<Moments> moments = norms.stream().map(n -> new Moments()).toList();
        List<String> names = new ArrayList<>();
        Model training = showingStatistics(model, names);
        try (Activations activations = Activations.of(training, names)) {
            int size = batches.batch(0, 0).size();
            int steps = Math.min(batches.steps(), Math.max(1, samples / size));
            for (int step = 0; step < steps; step++) {
                Batch batch = batches.batch(0, step);
                if (batch.size() == size) {
                    add(activations, batch, names, moments);
                }
            }
        }
        return with(model, norms, moments);
    }

    private static void add(Activations activations, Batch batch, List<String> names, List<Moments> moments) {
        try (PointerScope scope = new PointerScope()) {
            Map<String, Tensor> found = activations.run(batch);
            for (int i = 0; i < moments.size(); i++) {
                double[] mean = Doubles.of(Named.in(found, names.get(2 * i)));
                double[] variance = Doubles.of(Named.in(found, names.get(2 * i + 1)));
                moments.get(i).add(batch.size(), mean, variance);
            }
        }
    }

    /** Each normalization uses the batch's statistics and hands them out: running = 0 * running + 1 * batch. */
    private static Model showingStatistics(Model model, List<String> names) {
        Graph graph = model.graph();
        return model.withGraph(graph.mapNodes(n -> {
            if (!n.is("BatchNormalization")) {
                return n;
            }
            String mean = graph.freshName(n.id() + ".batch_mean");
            String variance = graph.freshName(n.id() + ".batch_variance");
            names.add(mean);
            names.add(variance);
            return n.with("training_mode", Attribute.of(1))
                    .with("momentum", Attribute.of(0f))
                    .withOutputs(List.of(n.output(0), mean, variance));
        }));
    }

    private static Model with(Model model, List<Node> norms, List<Moments> moments) {
        Edited edited = new Edited(model);
        for (int i = 0; i < norms.size(); i++) {
            Node n = norms.get(i);
            ChannelMoments m = moments.get(i).result();
            edited.put(n.id(), 3, m.mean());
            edited.put(n.id(), 4, m.variance());
        }
        return edited.model();
    }
}

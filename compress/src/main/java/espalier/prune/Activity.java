package espalier.prune;

import espalier.channel.Carrier;
import espalier.channel.ChannelGroup;
import espalier.channel.Role;
import espalier.channel.Slot;
import espalier.data.Batch;
import espalier.data.Batches;
import espalier.graph.Graph;
import espalier.graph.Model;
import espalier.graph.Node;
import espalier.torch.Mode;
import espalier.torch.Program;
import espalier.torch.Tensors;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.LongConsumer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/** How often units are not zero. */
final class Activity {
    private static final Set<String> ACTIVATIONS = Set.of(
            "Relu",
            "Clip",
            "LeakyRelu",
            "PRelu",
            "Elu",
            "Selu",
            "Celu",
            "HardSwish",
            "HardSigmoid",
            "Gelu",
            "ThresholdedRelu");

    private Activity() {}

    /** Where to look at a group: behind its activations, or where the next layers read it if there are none. */
    static List<Carrier> watched(Model model, ChannelGroup group, List<Carrier> carriers) {
        Graph graph = model.graph();
        List<Carrier> activated = carriers.stream()
                .filter(c -> graph.edges()
                        .producer(c.value())
                        .filter(n -> n.isStandard() && ACTIVATIONS.contains(n.opType()))
                        .isPresent())
                .toList();
        if (!activated.isEmpty()) {
            return activated;
        }
        Set<String> readers = new HashSet<>();
        group.slots(Role.CONSUMER).stream().map(Slot::node).forEach(readers::add);
        Set<String> read = new HashSet<>();
        for (Node n : graph.nodes()) {
            if (readers.contains(n.label())) {
                read.addAll(n.inputs());
            }
        }
        return carriers.stream()
                .filter(c ->
                        read.contains(c.value()) && graph.constant(c.value()).isEmpty())
                .toList();
    }

    /**
     * For each group the share of values that are not zero by unit.
     *
     * @param each is told after each batch how many samples have been looked at
     */
    static List<double[]> of(
            Model model,
            List<ChannelGroup> groups,
            Map<ChannelGroup, List<Carrier>> watched,
            Batches batches,
            int samples,
            LongConsumer each) {
        List<double[]> active = new ArrayList<>();
        groups.forEach(g -> active.add(new double[g.size()]));
        List<double[]> seen = new ArrayList<>();
        groups.forEach(g -> seen.add(new double[g.size()]));
        Set<String> taps = new TreeSet<>();
        watched.values().forEach(list -> list.forEach(c -> taps.add(c.value())));
        taps.removeAll(model.graph().outputNames());
        try (Program program = Program.of(model)) {
            int step = 0;
            for (int done = 0; done < samples && step < batches.steps(); step++) {
                Batch batch = batches.batch(0, step);
                done += batch.size();
                try (PointerScope scope = new PointerScope();
                        AutoGradMode noGrad = new AutoGradMode(false)) {
                    Map<String, Tensor> values = program.run(inputs(batch), Mode.EVAL, taps);
                    for (int i = 0; i < groups.size(); i++) {
                        for (Carrier c : watched.getOrDefault(groups.get(i), List.of())) {
                            count(Objects.requireNonNull(values.get(c.value())), c, active.get(i), seen.get(i));
                        }
                    }
                }
                each.accept(done);
            }
        }
        for (int i = 0; i < active.size(); i++) {
            for (int u = 0; u < active.get(i).length; u++) {
                active.get(i)[u] = seen.get(i)[u] == 0 ? 1 : active.get(i)[u] / seen.get(i)[u];
            }
        }
        return active;
    }

    private static Map<String, Tensor> inputs(Batch batch) {
        Map<String, Tensor> inputs = new java.util.HashMap<>();
        batch.inputs().forEach((name, host) -> inputs.put(name, Tensors.of(host)));
        return inputs;
    }

    private static void count(Tensor value, Carrier carrier, double[] active, double[] seen) {
        long[] others = java.util.stream.LongStream.range(0, value.dim())
                .filter(a -> a != carrier.axis())
                .toArray();
        float[] counts = Tensors.toHost(value.ne(new Scalar(0))
                        .to(org.bytedeco.pytorch.global.torch.ScalarType.Float)
                        .sum(others))
                .toFloats();
        double perPosition = (double) value.numel() / counts.length;
        int[] units = carrier.units();
        for (int i = 0; i < units.length; i++) {
            if (units[i] >= 0) {
                active[units[i]] += counts[i];
                seen[units[i]] += perPosition;
            }
        }
    }
}

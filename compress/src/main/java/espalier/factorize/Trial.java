package espalier.factorize;

import espalier.graph.Model;
import espalier.graph.Shape;
import espalier.op.Cost;
import espalier.op.InputShapes;
import espalier.op.TensorType;
import espalier.op.Trace;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;

/** A network and the layers that may be split: what splitting saves and what it harms. */
public final class Trial {
    private final Model model;
    private final Decomposition wanted;
    private final List<Target> targets;
    private final Inputs inputs;
    private final Trace trace;
    private final Cost cost;
    private final Optional<Judge> judge;
    private final List<String> notes = new ArrayList<>();

    /**
     * @param shapes of the network's inputs, as far as they are open
     * @param judge tells harm and latency; without it harm follows from how far the kernels are apart
     */
    Trial(
            Model model,
            Decomposition wanted,
            List<Target> targets,
            Inputs inputs,
            Map<String, Shape> shapes,
            Optional<Judge> judge) {
        this.model = model;
        this.wanted = wanted;
        this.targets = List.copyOf(targets);
        this.inputs = inputs;
        this.trace = Trace.of(model, InputShapes.of(model, 1, shapes));
        this.cost = Cost.of(model, trace);
        this.judge = judge;
    }

    List<Target> targets() {
        return targets;
    }

    /** Which layers stay as they are, and why. */
    List<String> notes() {
        return notes;
    }

    private Decomposition method(Target target) {
        return target.method(wanted).orElseThrow();
    }

    int[] full(Target target) {
        return method(target).full(target.shape());
    }

    Split split(Target target, int[] ranks) {
        return Split.of(target, method(target), ranks, inputs);
    }

    /** Every layer at the ranks of a rule; those that do not get smaller stay, and a note says so. */
    List<Split> each(Function<Target, int[]> rule) {
        List<Split> splits = new ArrayList<>();
        for (Target t : targets) {
            int[] ranks = rule.apply(t);
            Split s = split(t, ranks);
            if (pays(s)) {
                splits.add(s);
            } else {
                doesNotPay(s, ranks);
            }
        }
        return splits;
    }

    /** Notes that a layer stays, since a split would not make it smaller. */
    void doesNotPay(Split split, int... ranks) {
        Target t = split.target();
        notes.add(String.format(
                Locale.ROOT,
                "%s: stays: at rank %s it would have %d weights and %d multiply-adds instead of %d and %d",
                t.name(),
                text(ranks),
                split.weights(),
                macs(split),
                t.tensor().elements(),
                macs(t)));
    }

    /** Notes that a layer stays which could be split. */
    void notNeeded(Target target) {
        notes.add(target.name() + ": stays: the others meet the budget");
    }

    static String text(int... ranks) {
        return Arrays.stream(ranks).mapToObj(Integer::toString).collect(java.util.stream.Collectors.joining("/"));
    }

    /** For each unfolding the highest rank that the rule gives a group. */
    int[] ranks(Target target, ToIntFunction<Spectrum> rule) {
        int[] full = full(target);
        int[] ranks = new int[full.length];
        try (PointerScope scope = new PointerScope()) {
            Decomposition method = method(target);
            Whitening whitening = method.mixesInputs() ? inputs.whitening(target) : Whitening.NONE;
            List<Tensor> kernels = target.kernels();
            for (int g = 0; g < kernels.size(); g++) {
                List<Tensor> unfoldings = method.unfoldings(whitening.seen(kernels.get(g), g));
                for (int i = 0; i < ranks.length; i++) {
                    Tensor u = unfoldings.get(i);
                    Spectrum s = new Spectrum(Algebra.singularValues(u), u.size(0), u.size(1));
                    ranks[i] = Math.max(ranks[i], Math.min(full[i], rule.applyAsInt(s)));
                }
            }
        }
        return ranks;
    }

    /** Whether a split has fewer weights and no more multiply-adds. */
    boolean pays(Split split) {
        return split.weights() < split.target().tensor().elements() && macs(split) <= macs(split.target());
    }

    /** Whether a split would have fewer weights, which is known before its chain is found. */
    boolean smaller(Target target, int[] ranks) {
        long[] kernel = target.shape();
        return method(target).weights(kernel, ranks) < Arrays.stream(kernel).reduce(1, Math::multiplyExact);
    }

    long macs(Target target) {
        return cost.nodes().stream()
                .filter(n -> n.node().equals(target.node()))
                .mapToLong(n -> n.macs())
                .sum();
    }

    long macs(Split split) {
        Optional<Shape> in = trace.type(split.target().node().input(0)).map(TensorType::shape);
        Optional<Shape> out = trace.type(split.target().node().output(0)).map(TensorType::shape);
        if (in.isEmpty() || out.isEmpty()) {
            return 0;
        }
        if (!split.target().isConvolution()) {
            long outputs = split.target().shape()[0];
            return out.get().elements() / outputs * split.weights();
        }
        long height = in.get().dim(2);
        long width = in.get().dim(3);
        long sum = 0;
        for (Split.Link link : split.chain()) {
            height = link.rows() ? out.get().dim(2) : height;
            width = link.columns() ? out.get().dim(3) : width;
            sum += out.get().dim(0) * height * width * link.weight().elements();
        }
        return sum;
    }

    /** What the whole network costs. */
    double total(Measure of) {
        return switch (of) {
            case MACS -> cost.macs();
            case BYTES -> cost.constantBytes();
            case LATENCY -> judge().latency(List.of(model))[0];
        };
    }

    /** What a layer costs as it is; where time is measured only differences count. */
    double cost(Measure of, Target target) {
        return switch (of) {
            case MACS -> macs(target);
            case BYTES -> target.tensor().bytes();
            case LATENCY -> 0;
        };
    }

    /** What a layer costs when it is split. */
    double[] costs(Measure of, Target target, List<Split> splits) {
        return switch (of) {
            case MACS -> splits.stream().mapToDouble(this::macs).toArray();
            case BYTES ->
                splits.stream()
                        .mapToDouble(s -> s.weights() * target.tensor().dtype().bits() / 8.0)
                        .toArray();
            case LATENCY -> gained(splits);
        };
    }

    private double[] gained(List<Split> splits) {
        List<Model> models = new ArrayList<>(List.of(model));
        splits.forEach(s -> models.add(Chains.apply(model, List.of(s), Between.NOTHING)));
        double[] millis = judge().latency(models);
        return Arrays.stream(millis).skip(1).map(m -> m - millis[0]).toArray();
    }

    private Judge judge() {
        return judge.orElseThrow(() -> new espalier.graph.BadInputException(
                "a budget of latency is measured on data and this machine: give --data, without --dry-run"));
    }

    /**
     * Growth of the loss when this layer alone is split. Without a judge, and a little between equals, what the chain misses over what
     * it keeps, which has no bound: no layer is given up for the others.
     */
    double harm(Split split) {
        double missed = split.error() * split.error();
        double apart = missed / Math.max(1e-9, 1 - missed);
        return judge.map(j -> j.harm(Chains.apply(model, List.of(split), Between.NOTHING)) + 1e-3 * apart)
                .orElse(apart);
    }
}

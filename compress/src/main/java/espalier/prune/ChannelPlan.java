package espalier.prune;

import espalier.channel.ChannelGroup;
import espalier.channel.ChannelGroups;
import espalier.channel.Choice;
import espalier.channel.Cut;
import espalier.channel.Masked;
import espalier.channel.Role;
import espalier.channel.Slot;
import espalier.config.Family;
import espalier.graph.BadInputException;
import espalier.graph.Model;
import espalier.graph.Shape;
import espalier.op.Cost;
import espalier.op.InputShapes;
import espalier.op.Trace;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;

/** Which channels of a network go. */
final class ChannelPlan implements Plan {
    /** Halvings of the ratio's interval: finer than one channel in a thousand. */
    private static final int HALVINGS = 12;

    private final Model model;
    private final Prune settings;
    private final Goal goal;
    private final Sensitivity sensitivity;
    private final Map<String, Shape> shapes;
    private final ChannelGroups all;
    private final List<ChannelGroup> groups;

    /** @param inputs shapes of the model's inputs with a batch of 1, as of {@code InputShapes}; empty where it tells them */
    ChannelPlan(Model model, Prune settings, Goal goal, Sensitivity sensitivity, Map<String, Shape> inputs) {
        this.model = model;
        this.settings = settings;
        this.goal = goal;
        this.sensitivity = sensitivity;
        this.shapes = InputShapes.of(model, 1, inputs);
        this.all = ChannelGroups.of(model, inputs);
        this.groups = chosen(model, all, settings);
    }

    /** The groups that a step is about. */
    private static List<ChannelGroup> chosen(Model model, ChannelGroups all, Prune settings) {
        Granularity kind = settings.granularity();
        List<ChannelGroup> groups =
                all.groups().stream().filter(g -> kind.takes(model, all, g)).toList();
        if (groups.isEmpty()) {
            throw new BadInputException(kind.lacking());
        }
        return Layers.chosen(
                groups,
                g -> g.origins().stream().map(ChannelGroup.Origin::node).toList(),
                settings.include(),
                settings.exclude());
    }

    List<ChannelGroup> groups() {
        return groups;
    }

    int units() {
        return groups.stream().mapToInt(ChannelGroup::size).sum();
    }

    long macs() {
        return macs(model);
    }

    private long macs(Model m) {
        return Cost.of(m, Trace.of(m, shapes)).macs();
    }

    @Override
    public List<String> layers() {
        return groups.stream().map(ChannelGroup::name).toList();
    }

    /** The scores of all groups. */
    List<Scored> scores(Evidence evidence) {
        List<double[]> scores = settings.importance().ofUnits(groups, evidence);
        List<Scored> scored = new ArrayList<>();
        for (int i = 0; i < groups.size(); i++) {
            ChannelGroup g = groups.get(i);
            Layers.requireFinite(g.name(), scores.get(i));
            scored.add(new Scored(g.name(), deadLast(g, scores.get(i), evidence), sensitivity.of(g.name())));
        }
        return scored;
    }

    /** A unit whose filters are zero computes nothing: it goes before any other. */
    private static double[] deadLast(ChannelGroup group, double[] scores, Evidence evidence) {
        double[] norms = Norms.sums(group, evidence, Math::abs);
        double[] out = scores.clone();
        for (int u = 0; u < out.length; u++) {
            out[u] = norms[u] == 0 ? Math.min(Masks.GONE, out[u]) : out[u];
        }
        return out;
    }

    /** What speaks against judging these layers by norms, where that is what judges them. */
    Optional<String> warning(Evidence evidence) {
        if (!settings.importance().isNorm()) {
            return Optional.empty();
        }
        List<double[]> scores = settings.importance().ofUnits(groups, evidence);
        List<String> weak = new ArrayList<>();
        for (int i = 0; i < groups.size(); i++) {
            if (Health.of(scores.get(i)).warning().isPresent()) {
                weak.add(groups.get(i).name());
            }
        }
        return weak.isEmpty()
                ? Optional.empty()
                : Optional.of(String.format(
                        "norms tell little in %d of %d layers (%s): espalier inspect --importance %s shows why",
                        weak.size(), groups.size(), Layers.named(weak), Family.keyOf(settings.importance())));
    }

    /**
     * The choice for a share of the goal: for its ratio, or the mildest one that meets its multiply-adds. For a share above 1 as much goes
     * as can.
     */
    Choice choice(Evidence evidence, double share) {
        List<Scored> scores = scores(evidence);
        Goal part = goal.part(share);
        if (part.macs().isEmpty() || !settings.selection().followsRatio()) {
            return forRatio(scores, settings.selection().scaled(share), part.ratio());
        }
        return forMacs(scores, part.macs().getAsDouble(), share > 1);
    }

    /** The choice that masks over all that goes with a unit have made: the units of which they leave nothing. */
    Choice choice(Map<String, float[]> masks) {
        Choice choice = Choice.none(all);
        for (ChannelGroup g : groups) {
            choice = choice.with(g, gone(g, masks));
        }
        return choice;
    }

    private static BitSet gone(ChannelGroup group, Map<String, float[]> masks) {
        BitSet gone = new BitSet();
        gone.set(0, group.size());
        for (Slot s : maskable(group, true)) {
            float[] mask = masks.getOrDefault(s.initializer(), new float[0]);
            s.walk((unit, from, to) -> {
                int u = unit - group.first();
                for (int i = from; i < Math.min(to, mask.length); i++) {
                    if (u >= 0 && u < group.size() && mask[i] != 0) {
                        gone.clear(u);
                    }
                }
            });
        }
        return gone;
    }

    private Choice forMacs(List<Scored> scores, double share, boolean orLeast) {
        double before = macs();
        double mild = 0;
        double harsh = 1;
        Choice best = forRatio(scores, settings.selection(), harsh);
        long least = macs(Cut.apply(model, best));
        if (least > share * before) {
            if (orLeast) {
                return best;
            }
            throw BadInputException.of(
                    "macs of %.1f%% cannot be reached: with the narrowest widths %.1f%% remain; lower 'minimum' (%d) or prune more layers: espalier inspect --groups shows which keep their channels",
                    100 * share, 100.0 * least / before, settings.widths().minimum());
        }
        for (int i = 0; i < HALVINGS; i++) {
            double middle = (mild + harsh) / 2;
            Choice candidate = forRatio(scores, settings.selection(), middle);
            if (macs(Cut.apply(model, candidate)) <= share * before) {
                harsh = middle;
                best = candidate;
            } else {
                mild = middle;
            }
        }
        return widened(best, scores, share * before);
    }

    /**
     * Rounded widths overshoot together: gives a step of width back to each group, to those first that lost most, where no more than
     * {@code most} multiply-adds remain then.
     */
    private Choice widened(Choice narrow, List<Scored> scores, double most) {
        Choice choice = narrow;
        List<Integer> order = IntStream.range(0, groups.size())
                .boxed()
                .sorted(Comparator.comparingDouble(
                        i -> (double) narrow.kept(groups.get(i)) / groups.get(i).size()))
                .toList();
        for (int i : order) {
            choice = wider(choice, i, scores.get(i))
                    .filter(c -> macs(Cut.apply(model, c)) <= most)
                    .orElse(choice);
        }
        return choice;
    }

    private Optional<Choice> wider(Choice choice, int i, Scored scored) {
        ChannelGroup g = groups.get(i);
        int kept = choice.kept(g);
        OptionalInt next = settings.widths().above(kept, g.size());
        return next.isEmpty()
                ? Optional.empty()
                : Optional.of(choice.with(g, Choice.weakest(g, scored.scores(), g.size() - next.getAsInt())))
                        .filter(c -> c.kept(g) > kept);
    }

    private Choice forRatio(List<Scored> scores, Selection selection, double ratio) {
        double[] kept = selection.kept(scores, ratio);
        Choice choice = Choice.none(all);
        for (int i = 0; i < groups.size(); i++) {
            ChannelGroup g = groups.get(i);
            int stay = settings.widths().nearest(kept[i], g.size());
            choice = choice.with(g, Choice.weakest(g, scores.get(i).scores(), g.size() - stay));
        }
        return choice;
    }

    @Override
    public Without without(Evidence evidence) {
        List<Scored> scores = scores(evidence);
        return (layer, ratio) -> {
            ChannelGroup g = groups.get(layer);
            int remove = (int) Math.round(ratio * g.size());
            return Masked.apply(
                    model,
                    Choice.none(all).with(g, Choice.weakest(g, scores.get(layer).scores(), remove)));
        };
    }

    @Override
    public Set<String> maskable(boolean everywhere) {
        Set<String> names = new TreeSet<>();
        groups.forEach(g -> maskable(g, everywhere).forEach(s -> names.add(s.initializer())));
        return names;
    }

    private static List<Slot> maskable(ChannelGroup group, boolean everywhere) {
        return everywhere
                ? group.slots().stream().filter(s -> s.role() != Role.UNMASKED).toList()
                : Norms.filters(group);
    }

    @Override
    public Map<String, float[]> masks(Evidence evidence, double share, boolean everywhere) {
        Choice choice = choice(evidence, share);
        Map<String, float[]> masks = new TreeMap<>();
        for (ChannelGroup g : groups) {
            BitSet gone = choice.removed(g);
            for (Slot s : maskable(g, everywhere)) {
                float[] mask = masks.computeIfAbsent(s.initializer(), this::ones);
                s.walk((unit, from, to) -> {
                    int u = unit - g.first();
                    if (u >= 0 && gone.get(u)) {
                        Arrays.fill(mask, from, to, 0);
                    }
                });
            }
        }
        return masks;
    }

    private float[] ones(String initializer) {
        float[] ones = new float
                [Math.toIntExact(
                        model.graph().constant(initializer).orElseThrow().elements())];
        Arrays.fill(ones, 1);
        return ones;
    }

    /** One line for each group that becomes narrower. */
    List<String> describe(Choice choice) {
        List<String> lines = new ArrayList<>();
        for (ChannelGroup g : groups) {
            int gone = choice.removed(g).cardinality();
            if (gone > 0) {
                String others = g.origins().size() > 1 ? " (and " + (g.origins().size() - 1) + " coupled)" : "";
                lines.add(g.name() + others + ": " + g.size() + " -> " + (g.size() - gone));
            }
        }
        return lines;
    }
}

package espalier.factorize;

import espalier.config.Key;
import espalier.config.Method;
import espalier.graph.BadInputException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A share of what the whole network costs, shared over its layers by how sensitive they are.
 *
 * <p>Each layer is tried at several ranks, alone: what that saves, and by how much the loss on training data grows without retraining.
 * Then, again and again, the layer and rank for which the loss grows least for what is saved is taken, until the budget is met.
 *
 * @param of what is counted
 * @param share of the network's cost that may remain, above 0 and below 1
 */
@Method(key = "budget", summary = "a share of MACs, bytes or latency, shared over the layers by sensitivity")
public record Budget(
        @Key("what is counted") Measure of,

        @Key("share of it that may remain, as 50%") double share) implements Ranks {
    private static final int LEVELS = 8;

    public Budget() {
        this(Measure.MACS, 0.5);
    }

    public Budget {
        if (!(share > 0 && share < 1)) {
            throw BadInputException.of("share must be above 0 and below 1, got %s", share);
        }
    }

    /**
     * A layer at one of its ranks.
     *
     * @param cost of the layer
     * @param harm growth of the loss
     */
    record Option(Split split, double cost, double harm) {}

    @Override
    public List<Split> chosen(Trial trial) {
        double total = trial.total(of);
        Map<Target, List<Option>> options = new LinkedHashMap<>();
        Map<Target, Double> now = new LinkedHashMap<>();
        for (Target t : trial.targets()) {
            now.put(t, trial.cost(of, t));
            options.put(t, options(trial, t));
        }
        double over = (1 - share) * total;
        Map<Target, Option> taken = new LinkedHashMap<>();
        while (over > 0) {
            Option best = cheapest(options, taken, now);
            if (best == null) {
                throw BadInputException.of(
                        "a budget of %.0f %% of the %s cannot be met: at the lowest ranks %.0f %% are left; give more, or"
                                + " another method",
                        100 * share, of.name().toLowerCase(Locale.ROOT), 100 * (share + over / total));
            }
            Target t = best.split().target();
            over -= now.getOrDefault(t, 0.0) - best.cost();
            now.put(t, best.cost());
            taken.put(t, best);
        }
        options.forEach((t, its) -> {
            if (!its.isEmpty() && !taken.containsKey(t)) {
                trial.notNeeded(t);
            }
        });
        return trial.targets().stream()
                .flatMap(t -> Optional.ofNullable(taken.get(t)).stream())
                .map(Option::split)
                .toList();
    }

    private List<Option> options(Trial trial, Target target) {
        int[] full = trial.full(target);
        List<Split> splits = new ArrayList<>();
        List<Integer> before = List.of();
        for (int level = 1; level <= LEVELS; level++) {
            double part = Math.pow(0.5, level / 2.0);
            int[] ranks = java.util.Arrays.stream(full)
                    .map(f -> (int) Math.max(1, Math.round(part * f)))
                    .toArray();
            if (level < LEVELS && !trial.smaller(target, ranks)) {
                continue;
            }
            Split s = trial.split(target, ranks);
            if (trial.pays(s) && !s.ranks().equals(before)) {
                splits.add(s);
                before = s.ranks();
            }
            if (level == LEVELS && splits.isEmpty()) {
                trial.doesNotPay(s, ranks);
            }
        }
        double[] costs = trial.costs(of, target, splits);
        List<Option> options = new ArrayList<>();
        for (int i = 0; i < costs.length; i++) {
            options.add(new Option(splits.get(i), costs[i], trial.harm(splits.get(i))));
        }
        return options;
    }

    /** The step that harms least for what it saves. */
    private static @org.jspecify.annotations.Nullable Option cheapest(
            Map<Target, List<Option>> options, Map<Target, Option> taken, Map<Target, Double> now) {
        Option best = null;
        double least = Double.POSITIVE_INFINITY;
        for (var layer : options.entrySet()) {
            Option old = taken.get(layer.getKey());
            double harm = old == null ? 0 : old.harm();
            for (Option o : layer.getValue()) {
                double saved = now.getOrDefault(layer.getKey(), 0.0) - o.cost();
                double price = Math.max(0, o.harm() - harm) / saved;
                if (saved > 0 && price < least) {
                    least = price;
                    best = o;
                }
            }
        }
        return best;
    }
}

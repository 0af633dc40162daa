package espalier.recipe;

import espalier.calibrate.Recovery;
import espalier.config.Family;
import espalier.distill.Distillation;
import espalier.distill.Regime;
import espalier.dynamic.Head;
import espalier.exit.ExitRule;
import espalier.factorize.Decomposition;
import espalier.factorize.Ranks;
import espalier.prune.Granularity;
import espalier.prune.Importance;
import espalier.prune.Masking;
import espalier.prune.Selection;
import espalier.quantize.Awareness;
import espalier.quantize.Binarization;
import espalier.quantize.Range;
import espalier.train.Averaging;
import espalier.train.Optimizer;
import espalier.train.Schedule;
import espalier.zoo.Zoo;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Every family of methods, for {@code espalier methods} and the documentation. */
public final class Families {
    /** Families by the key under which recipes hold one of their members. */
    private static final Map<String, Class<?>> ALL = new LinkedHashMap<>();

    static {
        ALL.put("importance", Importance.class);
        ALL.put("selection", Selection.class);
        ALL.put("granularity", Granularity.class);
        ALL.put("masking", Masking.class);
        ALL.put("recover", Recovery.class);
        ALL.put("method", Binarization.class);
        ALL.put("range", Range.class);
        ALL.put("aware", Awareness.class);
        ALL.put("distillation", Distillation.class);
        ALL.put("regime", Regime.class);
        ALL.put("factorization", Decomposition.class);
        ALL.put("rank", Ranks.class);
        ALL.put("head", Head.class);
        ALL.put("rule", ExitRule.class);
        ALL.put("optimizer", Optimizer.class);
        ALL.put("schedule", Schedule.class);
        ALL.put("averaging", Averaging.class);
    }

    /**
     * One method or network.
     *
     * @param key the name users write
     * @param summary one line
     * @param paper citation, or empty
     */
    public record Entry(String family, String key, String summary, String paper) {}

    private Families() {}

    /** All methods, family by family, then the networks of the zoo. */
    public static List<Entry> all() {
        List<Entry> entries = new ArrayList<>();
        ALL.forEach((family, type) -> Family.of(type)
                .members()
                .forEach(m -> entries.add(new Entry(family, m.key(), m.summary(), m.paper()))));
        Zoo.describe().forEach(n -> entries.add(new Entry("network", "zoo:" + n.key(), n.summary(), n.paper())));
        return entries;
    }
}

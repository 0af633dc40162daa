package espalier.quantize;

import espalier.data.Batches;
import espalier.graph.BadInputException;
import espalier.graph.Model;
import espalier.graph.Tensor;
import espalier.pack.PackedFile;
import espalier.pass.Stripped;
import espalier.work.Evaluation;
import espalier.work.Referee;
import espalier.work.Workbench;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Bits for each layer under a goal. From the most bits on, the layer that loses least for each byte it saves gives up a bit, until the
 * file is small enough, or as long as the accuracy holds. What a layer loses is measured: the loss of the network with that layer alone
 * clustered, on training samples. Without labels, it is the share of samples for which the original predicts another class.
 */
final class BitChoice {
    private static final int SAMPLES = 2_000;

    private final Model model;
    private final List<Coded> coded;
    private final Cluster settings;
    private final Workbench bench;
    private final Batches sample;
    private final Evaluation original;
    private final Map<String, Tensor> tensors = new HashMap<>();
    private final Map<String, Long> bytes = new HashMap<>();
    private final Map<String, Double> losses = new HashMap<>();

    BitChoice(Model model, List<Coded> coded, Cluster settings, Workbench bench) {
        this.model = model;
        this.coded = coded;
        this.settings = settings;
        this.bench = bench;
        this.sample = bench.sample(model, SAMPLES);
        this.original = evaluation(model);
    }

    /**
     * @throws BadInputException when no bits make the file small enough
     */
    Map<String, Integer> bits() {
        Map<String, Integer> bits = new LinkedHashMap<>();
        coded.forEach(c -> bits.put(c.name(), c.weight() ? Cluster.MOST_BITS : settings.biasBits()));
        requireStart(bits);
        long rest = PackedFile.pack(Stripped.of(with(bits))).bytes().length - bytes(bits);
        while (settings.maxBytes().isEmpty()
                || rest + bytes(bits) > settings.maxBytes().getAsLong()) {
            Coded least = null;
            double price = Double.POSITIVE_INFINITY;
            for (Coded c : coded) {
                int now = bits.getOrDefault(c.name(), 0);
                if (c.weight() && now > 1) {
                    double saved = bytes(c, now) - bytes(c, now - 1);
                    double lost = loss(c, now - 1) - loss(c, now);
                    if (Math.max(lost, 0) / Math.max(saved, 1) < price) {
                        price = Math.max(lost, 0) / Math.max(saved, 1);
                        least = c;
                    }
                }
            }
            if (least == null) {
                settings.maxBytes().ifPresent(most -> refuse(most, rest + bytes(bits), "with 1 bit for every weight"));
                break;
            }
            bits.merge(least.name(), -1, Integer::sum);
            if (settings.maxDrop().isPresent()
                    && Floor.lost(original, evaluation(with(bits)))
                            > settings.maxDrop().getAsDouble()) {
                bits.merge(least.name(), 1, Integer::sum);
                settings.maxBytes().ifPresent(most -> refuse(most, rest + bytes(bits), "as long as max-drop holds"));
                break;
            }
        }
        return bits;
    }

    private void requireStart(Map<String, Integer> bits) {
        double lost = settings.maxDrop().isPresent() ? Floor.lost(original, evaluation(with(bits))) : 0;
        if (lost > settings.maxDrop().orElse(1)) {
            throw BadInputException.of(
                    "max-drop of %.2f %% cannot be held: with %d bits for every weight %.2f %% are lost before training;"
                            + " raise it or bias-bits, or exclude layers",
                    100 * settings.maxDrop().orElseThrow(), Cluster.MOST_BITS, 100 * lost);
        }
    }

    private static void refuse(long most, long least, String when) {
        throw BadInputException.of(
                "max-bytes of %d cannot be reached: %s the packed file has %d; give at least that, or prune the network"
                        + " first",
                most, when, least);
    }

    private Tensor tensor(Coded c, int bits) {
        return tensors.computeIfAbsent(c.name() + "/" + bits, k -> {
            Tensor t = model.graph().constant(c.name()).orElseThrow();
            return c.codes(model, bits, settings, bench.seed()).decoded(t);
        });
    }

    private long bytes(Coded c, int bits) {
        return bytes.computeIfAbsent(c.name() + "/" + bits, k -> PackedFile.bytesOf(tensor(c, bits)));
    }

    private Model with(Map<String, Integer> bits) {
        Map<String, Tensor> changed = new LinkedHashMap<>();
        coded.forEach(c -> {
            int b = bits.getOrDefault(c.name(), 0);
            if (b > 0) {
                changed.put(c.name(), tensor(c, b));
            }
        });
        return model.withGraph(model.graph().plusInitializers(changed));
    }

    /** What the clustered tensors take. */
    private long bytes(Map<String, Integer> bits) {
        return coded.stream()
                .filter(c -> bits.getOrDefault(c.name(), 0) > 0)
                .mapToLong(c -> bytes(c, bits.getOrDefault(c.name(), 0)))
                .sum();
    }

    private double loss(Coded c, int bits) {
        return losses.computeIfAbsent(c.name() + "/" + bits, k -> {
            Evaluation alone =
                    evaluation(model.withGraph(model.graph().plusInitializers(Map.of(c.name(), tensor(c, bits)))));
            return alone.loss().orElse(1 - original.agreement(alone));
        });
    }

    private Evaluation evaluation(Model of) {
        try (Referee.Session session = bench.referee().open(of)) {
            return Evaluation.of(of, session, sample);
        }
    }
}

package espalier.train;

import espalier.graph.BadInputException;
import espalier.torch.Program;
import espalier.torch.Tensors;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Where a run stands: everything that a checkpoint holds. */
final class RunState implements AutoCloseable {
    private static final String WEIGHT = "weight/";
    private static final String SLOT = "slot/";
    private static final String AVERAGE = "average/";
    private static final String BEST = "best/";

    final Map<String, Tensor> weights;
    final Kept slots = new Kept();
    final Kept averages = new Kept();
    final Kept best = new Kept();
    final List<EpochResult> history = new ArrayList<>();
    long step;
    long taken;
    double epochLoss;

    RunState(Program program) {
        this.weights = new LinkedHashMap<>(program.parameters());
        weights.putAll(program.buffers());
    }

    /** Index in the history of the best validation so far, -1 before the first. */
    int bestEpoch() {
        int best = -1;
        for (int i = 0; i < history.size(); i++) {
            Optional<Validation> v = history.get(i).validation();
            if (v.isPresent()
                    && (best < 0
                            || v.get()
                                    .isBetterThan(history.get(best).validation().orElseThrow()))) {
                best = i;
            }
        }
        return best;
    }

    /** What a parametrization remembers; kept beside the optimizer's slots. */
    Tensor remembered(String what, String parameter, java.util.function.Supplier<Tensor> first) {
        return slots.get(what + " of " + parameter, first);
    }

    void save(Path file, Map<String, String> identity) {
        Map<String, String> facts = new LinkedHashMap<>(identity);
        facts.put("step", String.valueOf(step));
        facts.put("taken", String.valueOf(taken));
        facts.put("epoch-loss", String.valueOf(epochLoss));
        for (EpochResult e : history) {
            facts.put("epoch " + e.epoch(), text(e));
        }
        Map<String, espalier.graph.Tensor> tensors = new LinkedHashMap<>();
        weights.forEach((name, t) -> tensors.put(WEIGHT + name, Tensors.toHost(t)));
        slots.saveTo(tensors, SLOT);
        averages.saveTo(tensors, AVERAGE);
        best.saveTo(tensors, BEST);
        CheckpointFile.write(new Checkpoint(facts, tensors), file);
    }

    /**
     * Takes everything from a checkpoint.
     *
     * @throws BadInputException when it is not of the same run
     */
    void load(Path file, Map<String, String> identity) {
        Checkpoint checkpoint = CheckpointFile.read(file);
        identity.forEach((what, value) -> {
            if (!value.equals(checkpoint.facts().get(what))) {
                throw BadInputException.of(
                        "%s: belongs to a run with other %s: delete it to start again, or go back to what it was made with",
                        file, what);
            }
        });
        try (PointerScope scope = new PointerScope();
                AutoGradMode noGrad = new AutoGradMode(false)) {
            checkpoint.tensors().forEach((name, tensor) -> place(file, name, tensor));
        }
        try {
            facts(checkpoint.facts());
        } catch (NumberFormatException e) {
            throw new BadInputException(file + ": its numbers cannot be read: delete it to start again", e);
        }
    }

    private void place(Path file, String name, espalier.graph.Tensor tensor) {
        int slash = name.indexOf('/') + 1;
        String rest = name.substring(slash);
        Kept to = switch (name.substring(0, slash)) {
            case SLOT -> slots;
            case AVERAGE -> averages;
            case BEST -> best;
            default -> null;
        };
        String owner = to == slots ? rest.substring(rest.indexOf(" of ") + 4) : rest;
        Tensor like = weights.get(owner);
        if (like == null
                || !java.util.Arrays.equals(Tensors.shape(like), tensor.shape().toArray())) {
            throw BadInputException.of("%s: '%s' does not fit the network: delete it to start again", file, owner);
        }
        Tensor into = to == null
                ? like.detach()
                : to.get(rest, () -> torch.zeros_like(like).detach());
        into.copy_(Tensors.of(tensor));
    }

    private void facts(Map<String, String> facts) {
        step = Long.parseLong(facts.getOrDefault("step", ""));
        taken = Long.parseLong(facts.getOrDefault("taken", ""));
        epochLoss = Double.parseDouble(facts.getOrDefault("epoch-loss", ""));
        for (int e = 1; facts.containsKey("epoch " + e); e++) {
            history.add(epoch(e, facts.getOrDefault("epoch " + e, "")));
        }
    }

    private static String text(EpochResult e) {
        return e.loss()
                + e.validation()
                        .map(v -> " " + v.loss()
                                + (v.accuracy().isPresent() ? " " + v.accuracy().getAsDouble() : ""))
                        .orElse("");
    }

    private static EpochResult epoch(int epoch, String text) {
        double[] n = java.util.Arrays.stream(text.split(" "))
                .mapToDouble(Double::parseDouble)
                .toArray();
        Optional<Validation> validation = n.length == 1
                ? Optional.empty()
                : Optional.of(new Validation(n[1], n.length == 2 ? OptionalDouble.empty() : OptionalDouble.of(n[2])));
        return new EpochResult(epoch, n[0], validation);
    }

    @Override
    public void close() {
        slots.close();
        averages.close();
        best.close();
    }
}

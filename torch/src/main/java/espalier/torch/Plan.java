package espalier.torch;

import espalier.graph.BadInputException;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * The steps for one mode, one set of input shapes and one set of wanted values. Values live in numbered slots; a handle is closed
 * after its last use, so without gradients the memory is free then, and with gradients autograd keeps what it needs.
 */
final class Plan implements AutoCloseable {
    private static final Pattern OUTSIDE = Pattern.compile("index.* out of (range|bounds)");

    private final int slots;
    private final Map<String, Integer> entries;
    private final Map<Integer, Tensor> constants;
    private final List<Bound> steps;
    private final Map<String, Integer> wanted;
    private final List<Pointer> kept;

    /**
     * A step in its place.
     *
     * @param label the node, for messages
     * @param in slots of the inputs, -1 for those that are absent or were left to the host
     * @param out slots of the outputs, -1 for those without a name; the step may leave out last ones that nobody reads
     * @param last slots that are not needed any more afterwards
     */
    record Bound(String label, Step step, int[] in, int[] out, int[] last) {}

    /**
     * @param entries slots of inputs, parameters and buffers by name
     * @param wanted slots of the values to return by name
     * @param kept native objects that live as long as the plan
     */
    Plan(
            int slots,
            Map<String, Integer> entries,
            Map<Integer, Tensor> constants,
            List<Bound> steps,
            Map<String, Integer> wanted,
            List<Pointer> kept) {
        this.slots = slots;
        this.entries = entries;
        this.constants = constants;
        this.steps = steps;
        this.wanted = wanted;
        this.kept = kept;
    }

    /** Names of the inputs, parameters and buffers that are read. */
    Iterable<String> entryNames() {
        return entries.keySet();
    }

    Map<String, Integer> wanted() {
        return wanted;
    }

    /**
     * Runs all steps.
     *
     * @param given a tensor for every entry; it is not closed
     * @return the values by slot; of those that are not wanted, some are closed
     */
    @Nullable
    Tensor[] run(Map<String, Tensor> given) {
        @Nullable Tensor[] values = new Tensor[slots];
        entries.forEach((name, slot) -> values[slot] = given.get(name));
        constants.forEach((slot, t) -> values[slot] = t);
        for (Bound b : steps) {
            run(b, values);
        }
        return values;
    }

    private static void run(Bound b, @Nullable Tensor[] values) {
        Tensor[] in = new Tensor[b.in.length];
        for (int i = 0; i < in.length; i++) {
            Tensor t = b.in[i] < 0 ? null : values[b.in[i]];
            if (t != null) {
                in[i] = t;
            }
        }
        Tensor[] out = apply(b, in);
        for (int i = 0; i < Math.min(b.out.length, out.length); i++) {
            if (b.out[i] >= 0) {
                values[b.out[i]] = isAmong(in, out[i]) ? new Tensor(out[i]) : out[i];
            }
        }
        for (int slot : b.last) {
            Tensor t = values[slot];
            values[slot] = null;
            if (t != null) {
                t.close();
            }
        }
    }

    private static Tensor[] apply(Bound b, Tensor[] in) {
        try {
            return b.step.run(in);
        } catch (BadInputException e) {
            throw e;
        } catch (RuntimeException e) {
            String message = String.valueOf(e.getMessage());
            if (message.contains("can't allocate memory")) {
                throw new BadInputException(
                        b.label + ": not enough memory for its result: use a smaller batch or a smaller input", e);
            }
            String first = message.lines().findFirst().orElse("");
            if (OUTSIDE.matcher(first).find()) {
                throw new BadInputException(
                        b.label + ": an index lies outside its axis: check the values the model is given", e);
            }
            throw new IllegalStateException(b.label + ": " + first, e);
        }
    }

    private static boolean isAmong(Tensor[] in, Tensor t) {
        for (Tensor i : in) {
            if (i == t) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void close() {
        kept.forEach(Pointer::releaseReference);
    }
}

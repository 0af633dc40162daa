package espalier.op;

import espalier.graph.BadInputException;
import espalier.graph.Model;
import espalier.graph.Shape;
import espalier.graph.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Which sizes depend on the batch, found by tracing at two batch sizes; a third guards against sizes that are equal by accident or
 * grow otherwise than linearly.
 */
public final class SymbolicShapes {
    private static final long[] BATCHES = {2, 3, 7};
    private final List<Trace> traces;

    private SymbolicShapes(List<Trace> traces) {
        this.traces = traces;
    }

    /**
     * Traces the model at three batch sizes. A model that only works at batch 1, though it declares a free batch, is taken as one of
     * fixed shapes.
     *
     * @param overrides as of {@link InputShapes#of}
     * @throws BadInputException as of {@link InputShapes#of} and {@link Trace#of}
     */
    public static SymbolicShapes of(Model model, Map<String, Shape> overrides) {
        try {
            return at(model, overrides, BATCHES);
        } catch (BadInputException e) {
            try {
                return at(model, overrides, 1, 1, 1);
            } catch (BadInputException alsoAlone) {
                e.addSuppressed(alsoAlone);
                throw e;
            }
        }
    }

    private static SymbolicShapes at(Model model, Map<String, Shape> overrides, long... batches) {
        List<Trace> traces = new ArrayList<>(batches.length);
        for (int i = 0; i < batches.length; i++) {
            boolean again = i > 0 && batches[i] == batches[i - 1];
            traces.add(again ? traces.get(i - 1) : Trace.of(model, InputShapes.of(model, batches[i], overrides)));
        }
        return new SymbolicShapes(List.copyOf(traces));
    }

    /** The trace at the smallest batch size, for shapes as numbers. */
    public Trace trace() {
        return traces.get(0);
    }

    /** Whether shape and type of a value are known and its rank does not depend on the batch. */
    public boolean knows(String value) {
        return traces.stream()
                .allMatch(t -> t.knows(value)
                        && t.shape(value).rank() == trace().shape(value).rank());
    }

    /**
     * All axes of a value.
     *
     * @throws BadInputException where they are not known
     */
    public List<SymbolicDim> dims(String value) {
        int rank = trace().shape(value).rank();
        List<SymbolicDim> out = new ArrayList<>(rank);
        for (int axis = 0; axis < rank; axis++) {
            long[] sizes = new long[traces.size()];
            for (int i = 0; i < sizes.length; i++) {
                sizes[i] = traces.get(i).shape(value).dim(axis);
            }
            out.add(SymbolicDim.through(BATCHES, sizes));
        }
        return out;
    }

    public boolean dependsOnBatch(String value, int axis) {
        return dims(value).get(trace().shape(value).axis(axis)).dependsOnBatch();
    }

    /** Whether a value has one row for each sample along its first axis, and no other axis depends on the batch. */
    public boolean hasRowPerSample(String value) {
        if (!knows(value) || trace().shape(value).rank() == 0) {
            return false;
        }
        List<SymbolicDim> dims = dims(value);
        return dims.get(0).equals(new SymbolicDim(1, 0, true))
                && dims.stream().skip(1).noneMatch(SymbolicDim::dependsOnBatch);
    }

    /** The axis that depends on the batch, where exactly one does. */
    public OptionalInt batchAxis(String value) {
        int found = -1;
        List<SymbolicDim> dims = dims(value);
        for (int i = 0; i < dims.size(); i++) {
            if (dims.get(i).dependsOnBatch()) {
                if (found >= 0) {
                    return OptionalInt.empty();
                }
                found = i;
            }
        }
        return found < 0 ? OptionalInt.empty() : OptionalInt.of(found);
    }

    /** The elements of an integer constant, as a {@code Reshape} target, with those marked that depend on the batch. */
    public Optional<List<SymbolicDim>> elements(String value) {
        List<long[]> contents = new ArrayList<>();
        for (Trace t : traces) {
            Optional<Tensor> c = t.constant(value).filter(x -> x.dtype().isInteger());
            if (c.isEmpty()) {
                return Optional.empty();
            }
            contents.add(Numbers.longs(c.get()));
        }
        int n = contents.get(0).length;
        if (contents.stream().anyMatch(c -> c.length != n)) {
            return Optional.empty();
        }
        List<SymbolicDim> out = new ArrayList<>(n);
        for (int k = 0; k < n; k++) {
            int at = k;
            out.add(SymbolicDim.through(
                    BATCHES, contents.stream().mapToLong(c -> c[at]).toArray()));
        }
        return Optional.of(out);
    }

    /** {@code float[N,64,56,56]}; {@code ?} for a value whose shape is not known. */
    public String text(String value) {
        if (!knows(value)) {
            return "?";
        }
        StringBuilder b = new StringBuilder(trace().dtype(value).text()).append('[');
        String comma = "";
        for (SymbolicDim d : dims(value)) {
            b.append(comma).append(d);
            comma = ",";
        }
        return b.append(']').toString();
    }
}

package espalier.op;

import espalier.graph.BadInputException;
import espalier.graph.Dim;
import espalier.graph.Model;
import espalier.graph.Shape;
import espalier.graph.ValueInfo;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Concrete shapes for a model's inputs. The leading axis, where it is not fixed, is the batch, and so is every axis with the same
 * symbol; a leading symbol that another input has further behind, such as the length of a text, is not. Other free axes take the
 * size that an override gives them or that an axis with the same symbol has.
 */
public final class InputShapes {
    private final long batch;
    private final Set<String> batchSymbols;
    private final Map<String, Long> symbols = new HashMap<>();

    private InputShapes(long batch, Set<String> batchSymbols) {
        this.batch = batch;
        this.batchSymbols = batchSymbols;
    }

    /**
     * Shapes of the required inputs, in their order; those that are not dense tensors are left out.
     *
     * @param batch size of the leading axes that are not fixed; it wins over the leading size of an override
     * @param overrides whole shapes by input name; the empty name means the only input
     * @throws BadInputException where a size is missing, an override names no input or does not fit the declared shape
     */
    public static Map<String, Shape> of(Model model, long batch, Map<String, Shape> overrides) {
        List<ValueInfo> inputs = model.graph().requiredInputs().stream()
                .filter(in -> in.type().isPresent())
                .toList();
        Map<String, Shape> given = named(inputs, overrides);
        InputShapes shapes = new InputShapes(batch, batchSymbols(inputs));
        inputs.forEach(in -> shapes.learn(in, given));
        Map<String, Shape> out = new LinkedHashMap<>();
        inputs.forEach(in -> out.put(in.name(), shapes.shape(in, given)));
        return out;
    }

    private static Map<String, Shape> named(List<ValueInfo> inputs, Map<String, Shape> overrides) {
        List<String> names = inputs.stream().map(ValueInfo::name).toList();
        Map<String, Shape> out = new HashMap<>();
        overrides.forEach((name, shape) -> {
            String full = name.isEmpty() && names.size() == 1 ? names.get(0) : name;
            if (!names.contains(full)) {
                throw BadInputException.of("a shape is given for '%s', but the model's inputs are %s", full, names);
            }
            out.put(full, shape);
        });
        return out;
    }

    private static Set<String> batchSymbols(List<ValueInfo> inputs) {
        Set<String> leading = new HashSet<>();
        Set<String> behind = new HashSet<>();
        for (ValueInfo in : inputs) {
            List<Dim> dims = in.dims().orElse(List.of());
            for (int i = 0; i < dims.size(); i++) {
                (i == 0 ? leading : behind).add(dims.get(i).symbol());
            }
        }
        Set<String> alone = new HashSet<>(leading);
        alone.removeAll(behind);
        alone.remove("");
        return alone.isEmpty() ? leading : alone;
    }

    private void learn(ValueInfo in, Map<String, Shape> given) {
        Shape shape = given.get(in.name());
        if (shape == null || in.dims().isEmpty()) {
            return;
        }
        List<Dim> dims = in.dims().get();
        requireFit(in, dims, shape);
        for (int i = 0; i < dims.size(); i++) {
            String symbol = dims.get(i).symbol();
            if (!symbol.isEmpty() && !isBatch(dims, i)) {
                long known = symbols.getOrDefault(symbol, shape.dim(i));
                if (known != shape.dim(i)) {
                    throw BadInputException.of(
                            "input '%s' %s: %s is %d in another input, but %d here",
                            in.name(), text(dims), symbol, known, shape.dim(i));
                }
                symbols.put(symbol, shape.dim(i));
            }
        }
    }

    private boolean isBatch(List<Dim> dims, int axis) {
        String symbol = dims.get(axis).symbol();
        return symbol.isEmpty() ? axis == 0 && !dims.get(axis).isFixed() : batchSymbols.contains(symbol);
    }

    private static void requireFit(ValueInfo in, List<Dim> dims, Shape shape) {
        boolean fits = dims.size() == shape.rank();
        for (int i = 0; fits && i < dims.size(); i++) {
            fits = !dims.get(i).isFixed() || dims.get(i).size() == shape.dim(i);
        }
        if (!fits) {
            throw BadInputException.of(
                    "input '%s' is declared as %s: shape %s does not fit", in.name(), text(dims), shape);
        }
    }

    private Shape shape(ValueInfo in, Map<String, Shape> given) {
        Shape shape = given.get(in.name());
        if (in.dims().isEmpty()) {
            if (shape == null) {
                throw BadInputException.of(
                        "input '%s' is declared without a shape: give one with --shape %s=1x3x224x224",
                        in.name(), in.name());
            }
            return shape.rank() == 0 ? shape : shape.with(0, batch);
        }
        List<Dim> dims = in.dims().get();
        long[] out = new long[dims.size()];
        for (int i = 0; i < out.length; i++) {
            out[i] = size(in, i, dims, shape == null ? -1 : shape.dim(i));
        }
        return Shape.of(out);
    }

    private long size(ValueInfo in, int axis, List<Dim> dims, long given) {
        Dim d = dims.get(axis);
        if (d.isFixed()) {
            return d.size();
        }
        if (isBatch(dims, axis)) {
            // some exporters give all free axes of an input one name
            boolean same = axis > 0 && d.symbol().equals(dims.get(0).symbol());
            return same && given >= 0 ? given : batch;
        }
        long size = d.symbol().isEmpty() ? given : symbols.getOrDefault(d.symbol(), given);
        if (size < 0) {
            throw BadInputException.of(
                    "input '%s' %s: the size of axis %d (%s) is not fixed, give it with --shape %s=%s",
                    in.name(), text(dims), axis, d, in.name(), example(dims));
        }
        return size;
    }

    private static String text(List<Dim> dims) {
        return dims.stream().map(Dim::toString).collect(Collectors.joining(",", "[", "]"));
    }

    /** What the option could look like: as declared, with usual sizes in the open places. */
    private static String example(List<Dim> dims) {
        List<String> sizes = new ArrayList<>();
        for (int i = 0; i < dims.size(); i++) {
            long usual = i == 0 ? 1 : dims.size() != 4 ? 128 : i == 1 ? 3 : 224;
            sizes.add(Long.toString(dims.get(i).isFixed() ? dims.get(i).size() : usual));
        }
        return String.join("x", sizes);
    }
}

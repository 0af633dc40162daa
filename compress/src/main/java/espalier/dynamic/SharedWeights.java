package espalier.dynamic;

import espalier.channel.ChannelGroups;
import espalier.channel.Slot;
import espalier.graph.Attribute;
import espalier.graph.BadInputException;
import espalier.graph.Graph;
import espalier.graph.Model;
import espalier.graph.Node;
import espalier.graph.Shape;
import espalier.graph.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * Weights of narrower networks as nodes that cut them out of those of the widest: a {@code Slice} where what stays lies together, which
 * it does but for joined values, else slices and {@code Concat}. Gradients of all widths so meet in one weight.
 */
final class SharedWeights {
    /** From here on starts and ends are inputs. */
    private static final int SLICE_INPUTS = 10;

    private final Graph graph;
    private final int opset;
    private final List<Node> nodes = new ArrayList<>();
    private final Map<String, Tensor> constants = new LinkedHashMap<>();
    private final Map<Tensor, String> names = new HashMap<>();

    SharedWeights(Model widest) {
        this.graph = widest.graph();
        this.opset = widest.opset();
    }

    /** The model with the number of each element for the weights of which channels can go: what is left of it tells what stays. */
    static Model numbered(Model model, ChannelGroups groups) {
        Map<String, Tensor> weights = new LinkedHashMap<>(model.graph().initializers());
        groups.slots().stream()
                .map(Slot::initializer)
                .distinct()
                .forEach(name ->
                        weights.computeIfPresent(name, (n, t) -> t.dtype().isFloating() ? numbers(t.shape()) : t));
        return model.withGraph(model.graph().withInitializers(weights));
    }

    private static Tensor numbers(Shape shape) {
        double[] all = new double[Math.toIntExact(shape.elements())];
        Arrays.setAll(all, i -> i);
        return Tensor.doubles(shape, all);
    }

    /** The nodes so far, each behind what it reads. */
    List<Node> nodes() {
        return nodes;
    }

    /** Starts, ends and axes. */
    Map<String, Tensor> constants() {
        return constants;
    }

    /**
     * @param weight an initializer of the widest
     * @param numbers of its elements that stay
     * @param as what the narrower weight is called
     */
    void cut(String weight, Tensor numbers, String as) {
        Shape whole = graph.constant(weight).orElseThrow().shape();
        List<int[]> kept = kept(weight, whole, numbers);
        List<long[][]> todo = new ArrayList<>();
        boolean together = true;
        for (int axis = 0; axis < kept.size(); axis++) {
            long[][] ranges = ranges(kept.get(axis));
            together &= ranges.length == 1;
            boolean all = ranges.length == 1 && ranges[0][1] - ranges[0][0] == whole.dim(axis);
            todo.add(all ? new long[0][] : ranges);
        }
        if (together) {
            slice(weight, todo, as);
        } else {
            oneByOne(weight, todo, as);
        }
    }

    private void oneByOne(String weight, List<long[][]> todo, String as) {
        int last = todo.size() - 1;
        while (todo.get(last).length == 0) {
            last--;
        }
        String from = weight;
        for (int axis = 0; axis <= last; axis++) {
            if (todo.get(axis).length > 0) {
                String to = axis == last ? as : as + ".axis" + axis;
                join(from, axis, todo.get(axis), to);
                from = to;
            }
        }
    }

    private void join(String from, int axis, long[][] ranges, String to) {
        List<String> parts = new ArrayList<>();
        for (long[] range : ranges) {
            List<long[][]> one = new ArrayList<>();
            for (int a = 0; a < axis; a++) {
                one.add(new long[0][]);
            }
            one.add(new long[][] {range});
            String part = ranges.length == 1 ? to : to + ".from" + range[0];
            slice(from, one, part);
            parts.add(part);
        }
        if (parts.size() > 1) {
            nodes.add(Node.of("Concat", parts, List.of(to), Map.of("axis", Attribute.of(axis))));
        }
    }

    /** @param ranges by axis, at most one each */
    private void slice(String from, List<long[][]> ranges, String to) {
        List<Long> starts = new ArrayList<>();
        List<Long> ends = new ArrayList<>();
        List<Long> axes = new ArrayList<>();
        for (int axis = 0; axis < ranges.size(); axis++) {
            for (long[] range : ranges.get(axis)) {
                starts.add(range[0]);
                ends.add(range[1]);
                axes.add((long) axis);
            }
        }
        if (opset >= SLICE_INPUTS) {
            nodes.add(Node.of("Slice", List.of(from, constant(starts), constant(ends), constant(axes)), to));
        } else {
            Map<String, Attribute> attributes = Map.of(
                    "starts", Attribute.ints(array(starts)),
                    "ends", Attribute.ints(array(ends)),
                    "axes", Attribute.ints(array(axes)));
            nodes.add(Node.of("Slice", List.of(from), List.of(to), attributes));
        }
    }

    private String constant(List<Long> values) {
        Tensor t = Tensor.longs(array(values));
        return names.computeIfAbsent(t, key -> {
            String name = graph.freshName(
                    "at" + String.join("_", values.stream().map(String::valueOf).toList()));
            constants.put(name, key);
            return name;
        });
    }

    private static long[] array(List<Long> values) {
        return values.stream().mapToLong(Long::longValue).toArray();
    }

    /** For each axis the positions that stay. */
    private static List<int[]> kept(String weight, Shape whole, Tensor numbers) {
        long[] strides = whole.strides();
        List<TreeSet<Integer>> seen = new ArrayList<>();
        for (int axis = 0; axis < whole.rank(); axis++) {
            seen.add(new TreeSet<>());
        }
        long before = -1;
        for (int i = 0; i < numbers.elements(); i++) {
            long number = (long) numbers.doubleAt(i);
            for (int axis = 0; axis < whole.rank(); axis++) {
                seen.get(axis).add((int) (number / strides[axis] % whole.dim(axis)));
            }
            if (number <= before) {
                throw apart(weight);
            }
            before = number;
        }
        long product = 1;
        List<int[]> kept = new ArrayList<>();
        for (TreeSet<Integer> s : seen) {
            product *= s.size();
            kept.add(s.stream().mapToInt(i -> i).toArray());
        }
        if (product != numbers.elements() || numbers.shape().rank() != whole.rank()) {
            throw apart(weight);
        }
        return kept;
    }

    private static BadInputException apart(String weight) {
        return BadInputException.of(
                "the channels of '%s' that a width keeps do not lie along its axes: this network cannot hold several"
                        + " widths",
                weight);
    }

    /** Runs of neighbouring positions, each from its first to behind its last. */
    private static long[][] ranges(int[] kept) {
        List<long[]> ranges = new ArrayList<>();
        for (int i = 0; i < kept.length; i++) {
            if (i == 0 || kept[i] != kept[i - 1] + 1) {
                ranges.add(new long[] {kept[i], kept[i] + 1L});
            } else {
                ranges.get(ranges.size() - 1)[1]++;
            }
        }
        return ranges.toArray(long[][]::new);
    }
}

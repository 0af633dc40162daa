package espalier.work;

import espalier.graph.DType;
import espalier.graph.Model;
import espalier.graph.Shape;
import espalier.graph.Tensor;
import espalier.torch.Program;
import espalier.torch.Tensors;
import espalier.train.Parametrization;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.IntFunction;
import java.util.function.IntUnaryOperator;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * What pruning and clustering made of weights, seen in the weights themselves, so that it does not matter who did it: zeros stay zero,
 * and weights that share a value go on sharing one. Each is seen as the mean over those that share its value; so all of them get the
 * same gradient, the mean of theirs, and stay equal.
 *
 * @param labels of the weights that have such a structure: for each element 0 for a zero that stays, else a number of its own or the
 *     number of its value
 */
public record Kept(Map<String, int[]> labels) implements Parametrization {
    /** Fewer zeros are chance. */
    private static final double SPARSE = 0.1;

    /** A codebook of 8 bits. */
    private static final int FEW = 256;

    public static Kept of(Model model) {
        Map<String, int[]> found = new TreeMap<>();
        model.graph().initializers().forEach((name, t) -> labels(t).ifPresent(l -> found.put(name, l)));
        return new Kept(found);
    }

    private static Optional<int[]> labels(Tensor tensor) {
        if (tensor.dtype() != DType.FLOAT || tensor.shape().rank() < 2) {
            return Optional.empty();
        }
        float[] w = tensor.toFloats();
        int zeros = 0;
        for (float v : w) {
            zeros += v == 0 ? 1 : 0;
        }
        int values = values(w);
        if (values < 2) {
            return Optional.empty();
        }
        Optional<int[]> few =
                2 * values <= w.length - zeros ? few(tensor.shape(), w, (w.length - zeros) / 2) : Optional.empty();
        return few.isPresent() || zeros < SPARSE * w.length ? few : Optional.of(apart(w));
    }

    /** How many different numbers there are but 0. */
    private static int values(float[] w) {
        float[] sorted = w.clone();
        Arrays.sort(sorted);
        int n = 0;
        for (int i = 0; i < sorted.length; i++) {
            n += sorted[i] != 0 && (i == 0 || sorted[i] != sorted[i - 1]) ? 1 : 0;
        }
        return n;
    }

    /** The numbers of values where they are few in all, or in each slice along the first or the last axis. */
    private static Optional<int[]> few(Shape shape, float[] w, int most) {
        int last = Math.toIntExact(shape.dim(shape.rank() - 1));
        int first = w.length / Math.toIntExact(shape.dim(0));
        return Stream.<IntUnaryOperator>of(i -> 0, i -> i / first, i -> i % last)
                .map(slice -> few(w, slice, most))
                .flatMap(Optional::stream)
                .findFirst();
    }

    /** @param most values in all slices together: more are equal by chance, as numbers of half precision are */
    private static Optional<int[]> few(float[] w, IntUnaryOperator slice, int most) {
        Map<Integer, Map<Float, Integer>> numbers = new HashMap<>();
        int[] labels = new int[w.length];
        int next = 0;
        for (int i = 0; i < w.length; i++) {
            if (w[i] != 0) {
                Map<Float, Integer> its = numbers.computeIfAbsent(slice.applyAsInt(i), s -> new HashMap<>());
                Integer number = its.get(w[i]);
                if (number == null) {
                    if (its.size() == FEW || next == most) {
                        return Optional.empty();
                    }
                    number = ++next;
                    its.put(w[i], number);
                }
                labels[i] = number;
            }
        }
        return Optional.of(labels);
    }

    private static int[] apart(float[] w) {
        int[] labels = new int[w.length];
        for (int i = 0; i < w.length; i++) {
            labels[i] = w[i] == 0 ? 0 : i + 1;
        }
        return labels;
    }

    private static boolean shares(int[] labels) {
        BitSet seen = new BitSet();
        for (int l : labels) {
            if (l > 0 && seen.get(l)) {
                return true;
            }
            seen.set(l);
        }
        return false;
    }

    /** This without some weights. */
    Kept except(Predicate<String> others) {
        Map<String, int[]> rest = new TreeMap<>(labels);
        rest.keySet().removeIf(others);
        return new Kept(rest);
    }

    /** What is kept, in a line; empty where there is nothing. */
    Optional<String> note() {
        List<String> few = new ArrayList<>();
        List<String> zeros = new ArrayList<>();
        labels.forEach((name, l) -> (shares(l) ? few : zeros).add(name));
        List<String> parts = new ArrayList<>();
        if (!zeros.isEmpty()) {
            parts.add("the zeros of " + String.join(", ", zeros));
        }
        if (!few.isEmpty()) {
            parts.add("the values of " + String.join(", ", few));
        }
        return parts.isEmpty() ? Optional.empty() : Optional.of("kept in training: " + String.join("; ", parts));
    }

    /** What of this structure another network, made from the one that has it, has lost. */
    public List<String> lostIn(Model later) {
        List<String> lost = new ArrayList<>();
        labels.forEach((name, l) -> {
            Tensor now = later.graph().initializers().get(name);
            if (now != null
                    && now.dtype() == DType.FLOAT
                    && now.shape().elements() == l.length
                    && !holds(l, now.toFloats())) {
                lost.add((shares(l) ? "values of " : "zeros of ") + name);
            }
        });
        return lost;
    }

    private static boolean holds(int[] labels, float[] w) {
        float[] shared = shared(labels, w);
        for (int i = 0; i < w.length; i++) {
            if (shared[i] != w[i]) {
                return false;
            }
        }
        return true;
    }

    /** The weights with the first of those that share a value in place of all of them, and zeros where they stay. */
    private static float[] shared(int[] labels, float[] w) {
        float[] values = new float[Arrays.stream(labels).max().orElse(0) + 1];
        for (int i = w.length - 1; i >= 0; i--) {
            values[labels[i]] = w[i];
        }
        values[0] = 0;
        float[] shared = new float[w.length];
        for (int i = 0; i < w.length; i++) {
            shared[i] = values[labels[i]];
        }
        return shared;
    }

    @Override
    public void begin(Program program, Memory memory) {
        labels.forEach((name, l) -> {
            var weight = program.parameters().get(name);
            if (weight != null) {
                program.parametrize(name, shares(l) ? means(memory, name, weight, l) : zeros(memory, name, weight, l));
            }
        });
    }

    private static UnaryOperator<org.bytedeco.pytorch.Tensor> zeros(
            Memory memory, String name, org.bytedeco.pytorch.Tensor weight, int[] labels) {
        var mask = memory.of("kept", name, () -> numbers(weight, labels, l -> l == 0 ? 0f : 1f));
        return w -> w.mul(mask);
    }

    private static UnaryOperator<org.bytedeco.pytorch.Tensor> means(
            Memory memory, String name, org.bytedeco.pytorch.Tensor weight, int[] labels) {
        int values = Arrays.stream(labels).max().orElse(0) + 1;
        int[] counts = new int[values];
        for (int l : labels) {
            counts[l]++;
        }
        var index = memory.of("kept", name, () -> numbers(weight, labels, l -> (float) l));
        var shares = memory.of("shares", name, () -> numbers(weight, labels, l -> l == 0 ? 0f : 1f / counts[l]));
        return w -> {
            var at = index.reshape(-1).to(ScalarType.Long);
            var sums = torch.zeros(new long[] {values}, w.options())
                    .index_add(0, at, w.mul(shares).reshape(-1));
            return sums.index_select(0, at).reshape(Tensors.shape(w));
        };
    }

    private static org.bytedeco.pytorch.Tensor numbers(
            org.bytedeco.pytorch.Tensor like, int[] labels, IntFunction<Float> of) {
        float[] numbers = new float[labels.length];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = of.apply(labels[i]);
        }
        return Tensors.of(Tensor.floats(Shape.of(Tensors.shape(like)), numbers));
    }

    /** What sums and averages left unequal in its last bits is made equal: the first of those that share a value counts. */
    @Override
    public void end(Program program, Memory memory) {
        labels.forEach((name, l) -> {
            var weight = program.parameters().get(name);
            if (weight != null) {
                program.parametrize(name, UnaryOperator.identity());
                float[] w = Tensors.toHost(weight.detach()).toFloats();
                weight.detach().copy_(Tensors.of(Tensor.floats(Shape.of(Tensors.shape(weight)), shared(l, w))));
            }
        });
    }

    @Override
    public boolean owns(String parameter) {
        return labels.containsKey(parameter);
    }

    @Override
    public String identity() {
        StringBuilder text = new StringBuilder(labels.isEmpty() ? NONE.identity() : "kept");
        labels.forEach((name, l) -> text.append(' ').append(name).append(' ').append(Arrays.hashCode(l)));
        return text.toString();
    }
}

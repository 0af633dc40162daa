package espalier.torch;

import espalier.graph.Node;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Tensor;

/** Kernels by operator and the opset from which on they hold. */
final class KernelTable {
    private final Map<String, NavigableMap<Integer, Kernel>> kernels = new HashMap<>();

    /** An operator whose one kernel understands every form. */
    void add(String operator, Kernel kernel) {
        add(operator, 1, kernel);
    }

    /** An operator whose form changed: the kernel holds from opset {@code since} on, until the next one. */
    void add(String operator, int since, Kernel kernel) {
        kernels.computeIfAbsent(operator, o -> new TreeMap<>()).put(since, kernel);
    }

    void unary(String operator, UnaryOperator<Tensor> f) {
        add(operator, site -> Step.unary(f));
    }

    void binary(String operator, BinaryOperator<Tensor> f) {
        add(operator, site -> Step.one(in -> f.apply(in[0], in[1])));
    }

    Optional<Kernel> find(Node node, int opset) {
        return Optional.ofNullable(kernels.get(node.qualifiedType()))
                .map(byOpset -> byOpset.floorEntry(opset))
                .map(Map.Entry::getValue);
    }

    /** Those of the standard domain. */
    Set<String> operators() {
        Set<String> names = new java.util.TreeSet<>(kernels.keySet());
        names.removeIf(n -> n.contains("."));
        return names;
    }
}

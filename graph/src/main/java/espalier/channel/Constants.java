package espalier.channel;

import espalier.graph.DType;
import espalier.graph.Graph;
import espalier.graph.Node;
import espalier.graph.Shape;
import espalier.graph.Tensor;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Constants, and the few nodes, that a cut adds to a graph. */
final class Constants {
    private final Graph graph;
    private final Map<String, Tensor> initializers = new LinkedHashMap<>();
    private final Set<String> names = new HashSet<>();
    private List<Node> nodes = new ArrayList<>();

    Constants(Graph graph) {
        this.graph = graph;
    }

    /** Adds an initializer and returns its name. */
    String add(String wish, Tensor tensor) {
        String name = fresh(wish);
        initializers.put(name, tensor);
        return name;
    }

    private String fresh(String wish) {
        String name = graph.freshName(wish);
        for (int i = 1; !names.add(name); i++) {
            name = graph.freshName(wish + "_" + i);
        }
        return name;
    }

    /** A vector whose entries are those of a computed one where {@code open}, and of {@code values} elsewhere. */
    String mixed(String wish, String computed, boolean[] open, long[] values) {
        byte[] mask = new byte[open.length];
        for (int i = 0; i < mask.length; i++) {
            mask[i] = (byte) (open[i] ? 1 : 0);
        }
        String condition = add(wish + "_open", Tensor.of(DType.BOOL, Shape.of(mask.length), ByteBuffer.wrap(mask)));
        String out = fresh(wish);
        nodes.add(Node.of("Where", List.of(condition, computed, add(wish + "_fixed", Tensor.longs(values))), out));
        return out;
    }

    /** The nodes added since the last call. */
    List<Node> takeNodes() {
        List<Node> taken = nodes;
        nodes = new ArrayList<>();
        return taken;
    }

    Map<String, Tensor> initializers() {
        return initializers;
    }
}

package espalier.torch;

import espalier.graph.Attribute;
import espalier.graph.Graph;
import espalier.graph.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;

/** Constants of a graph, whether initializers or {@code Constant} nodes. */
final class Constants {
    private Constants() {}

    /** The graph with other contents for some of its constants; names it does not have are left out. */
    static Graph replaced(Graph graph, Map<String, Tensor> contents) {
        Map<String, Tensor> initializers = new LinkedHashMap<>(graph.initializers());
        initializers.replaceAll((name, old) -> contents.getOrDefault(name, old));
        return graph.withInitializers(initializers).mapNodes(n -> {
            Tensor t = n.is("Constant") ? contents.get(n.output(0)) : null;
            return t == null || !n.has("value") ? n : n.with("value", Attribute.of(t));
        });
    }
}

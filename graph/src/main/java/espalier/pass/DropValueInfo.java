package espalier.pass;

import espalier.graph.Model;
import java.util.Map;

/** Drops what the file says about values inside: some exporters leave shapes there that a rewrite makes wrong, and nobody needs them. */
record DropValueInfo() implements Pass {
    @Override
    public Model apply(Model model) {
        return model.graph().valueInfo().isEmpty()
                ? model
                : model.withGraph(model.graph().withValueInfo(Map.of()));
    }
}

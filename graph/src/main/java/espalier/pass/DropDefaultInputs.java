package espalier.pass;

import espalier.graph.Graph;
import espalier.graph.Model;
import espalier.graph.ValueInfo;
import java.util.List;

/**
 * Takes initializers off the list of inputs, where files before IR version 4 had to name them. As inputs a caller might replace them,
 * so no runtime may fold them, and a cut could not change them. The IR version becomes 4 at least, from which on that is allowed, also
 * where there are none yet: other passes make some.
 */
record DropDefaultInputs() implements Pass {
    private static final long FIRST_WITHOUT = 4;

    @Override
    public Model apply(Model model) {
        Graph graph = model.graph();
        List<ValueInfo> required = graph.requiredInputs();
        if (required.size() == graph.inputs().size() && model.irVersion() >= FIRST_WITHOUT) {
            return model;
        }
        return new Model(
                Math.max(FIRST_WITHOUT, model.irVersion()),
                model.opsets(),
                model.producer(),
                graph.withInputs(required),
                model.metadata(),
                model.extra());
    }
}

package espalier.channel;

import espalier.graph.Node;
import espalier.graph.Tensor;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Numbers computed from the shape of a value that a cut makes smaller. What used them as numbers (the 1/sqrt(d) of attention) must go
 * on with the old ones, which become constants. Those that depend on the batch stay computed.
 */
final class Frozen {
    private final Choice choice;
    private final Labelling labelling;
    private final Constants constants;
    private final Set<String> changed = new HashSet<>();
    private final Map<String, String> names = new HashMap<>();
    private final Set<String> outputs;

    Frozen(Choice choice, Constants constants) {
        this.choice = choice;
        this.labelling = choice.groups().labelling();
        this.constants = constants;
        this.outputs = new HashSet<>(labelling.graph().outputNames());
    }

    /** The node with its inputs frozen where they must be; nodes come in the order of the graph. */
    Node node(Node original, Node cut) {
        if (labelling.trace().isHost(original)) {
            note(original);
            return outputs.contains(original.id()) && changed.contains(original.id()) && isFixed(original.id())
                    ? Node.of("Identity", List.of(frozen(original.id())), original.id())
                    : cut;
        }
        Node out = cut;
        for (int i = 0; i < cut.inputs().size(); i++) {
            String in = cut.input(i);
            if (changed.contains(in) && isFixed(in)) {
                out = out.withInput(i, frozen(in));
            }
        }
        return out;
    }

    private void note(Node n) {
        boolean touched = false;
        for (String in : n.inputs()) {
            touched |= changed.contains(in);
        }
        if (n.is("Shape") || n.is("Size")) {
            touched |= choice.touches(choice.groups().units(n.input(0)));
        }
        if (touched) {
            changed.addAll(n.outputs());
        }
    }

    private boolean isFixed(String value) {
        return labelling
                .otherSizes()
                .constant(value)
                .filter(constant(value)::equals)
                .isPresent();
    }

    private Tensor constant(String value) {
        return labelling.trace().constant(value).orElseThrow();
    }

    private String frozen(String value) {
        return names.computeIfAbsent(value, v -> constants.add(v + "_before_cut", constant(v)));
    }
}

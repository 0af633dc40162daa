package espalier.prune;

import espalier.channel.Choice;
import espalier.channel.Cut;
import espalier.config.Family;
import espalier.graph.BadInputException;
import espalier.graph.Graph;
import espalier.graph.Model;
import espalier.graph.Node;
import espalier.pass.Passes;
import espalier.train.Training;
import espalier.work.Origin;
import espalier.work.Workbench;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * From where retraining starts, cut along with the network.
 *
 * @param rewind what is wanted
 * @param initial the initial weights in the network's present shape, where they are known
 * @param training how a round retrains
 */
record Rewinding(Rewind rewind, Optional<Model> initial, Training training) {
    static Rewinding of(Prune settings, Model model, Workbench bench) {
        Optional<Model> initial = bench.origin()
                .map(Origin::initial)
                .map(m -> Passes.beforeTraining().apply(m))
                .filter(m -> sameNetwork(m.graph(), model.graph()));
        if (settings.rewind() == Rewind.WEIGHTS && initial.isEmpty()) {
            throw new BadInputException(
                    "rewind to the initial weights: they are not known for this model; train it from zoo:NAME first, or leave rewind out");
        }
        if (settings.rewind() != Rewind.NONE && bench.origin().isEmpty()) {
            throw new BadInputException(
                    "rewind needs the settings the model was trained with, which it does not tell: give them under retrain and leave rewind out");
        }
        Training training = settings.rewind() == Rewind.NONE
                ? settings.retrain()
                : bench.origin().orElseThrow().training();
        if (settings.masking().needsWholeRun() && training.patience() > 0) {
            throw BadInputException.of(
                    "rewind takes patience of %d from the model's own training, and masking %s must not end early: leave rewind out, or take masking hard",
                    training.patience(), Family.keyOf(settings.masking()));
        }
        return new Rewinding(settings.rewind(), initial, training);
    }

    private static boolean sameNetwork(Graph a, Graph b) {
        return labels(a).equals(labels(b))
                && a.initializers().keySet().equals(b.initializers().keySet())
                && a.initializers().entrySet().stream().allMatch(e -> sameShape(e, b));
    }

    private static boolean sameShape(Map.Entry<String, espalier.graph.Tensor> e, Graph other) {
        return Optional.ofNullable(other.initializers().get(e.getKey()))
                .filter(t -> t.shape().equals(e.getValue().shape()))
                .isPresent();
    }

    private static List<String> labels(Graph g) {
        return g.nodes().stream().map(Node::label).toList();
    }

    Rewinding cut(Choice choice) {
        return new Rewinding(rewind, initial.map(m -> Cut.apply(m, choice)), training);
    }

    /** What is retrained: the network itself, or its initial weights. */
    Model start(Model network) {
        return rewind == Rewind.WEIGHTS ? initial.orElseThrow() : network;
    }
}

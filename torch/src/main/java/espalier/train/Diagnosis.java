package espalier.train;

import espalier.graph.BadInputException;
import espalier.graph.Graph;
import espalier.graph.Node;
import espalier.torch.Mode;
import espalier.torch.Program;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Finds where numbers stopped being finite, and says so. */
final class Diagnosis {
    private Diagnosis() {}

    /** What to tell when the loss of a step is not finite: the first input, weight or value, in the graph's order, that is not. */
    static BadInputException ofLoss(Program program, Map<String, Tensor> inputs, double loss, Stepper.Place at) {
        String head =
                String.format(Locale.ROOT, "the loss is %s in step %d (epoch %d)", loss, at.step() + 1, at.epoch() + 1);
        try (PointerScope scope = new PointerScope();
                AutoGradMode noGrad = new AutoGradMode(false)) {
            for (Map.Entry<String, Tensor> input : inputs.entrySet()) {
                if (!isFinite(input.getValue())) {
                    return BadInputException.of(
                            "%s: input '%s' holds numbers that are not finite: clean the data", head, input.getKey());
                }
            }
            return new BadInputException(head + ": " + where(program, inputs) + advice(at.rate()));
        }
    }

    static BadInputException ofGradient(Program program, Gradients gradients, Stepper.Place at) {
        String which = gradients
                .firstNotFinite()
                .map(p -> "that of '" + p + "'" + ownerOf(program.model().graph(), p))
                .orElse("their norm is beyond the range of floats");
        return BadInputException.of(
                "the gradient is not finite in step %d (epoch %d): %s%s",
                at.step() + 1, at.epoch() + 1, which, advice(at.rate()));
    }

    private static String advice(double rate) {
        return String.format(
                Locale.ROOT, ": lower the learning rate (%.3g in this step), lengthen the warm-up or set clip", rate);
    }

    private static boolean isRead(String value, Graph graph) {
        return !graph.edges().uses(value).isEmpty()
                || graph.outputs().stream().anyMatch(o -> o.name().equals(value));
    }

    private static String where(Program program, Map<String, Tensor> inputs) {
        Graph graph = program.model().graph();
        List<String> values = new ArrayList<>();
        graph.nodes()
                .forEach(n -> n.outputs().stream().filter(o -> isRead(o, graph)).forEach(values::add));
        Map<String, Tensor> seen = program.run(inputs, Mode.TRAIN, values);
        for (Node node : graph.nodes()) {
            for (String in : node.inputs()) {
                Tensor weight = program.parameters().get(in);
                if (weight != null && !isFinite(weight)) {
                    return "the first that is not finite is weight '" + in + "' of " + node.label();
                }
            }
            for (String out : node.outputs()) {
                Tensor value = seen.get(out);
                if (value != null && !isFinite(value)) {
                    return "the first that is not finite is '" + out + "', made by " + node.opType() + " "
                            + node.label();
                }
            }
        }
        return "all values of the network are finite, the objective is not";
    }

    private static String ownerOf(Graph graph, String parameter) {
        return graph.nodes().stream()
                .filter(n -> n.inputs().contains(parameter))
                .findFirst()
                .map(n -> " of " + n.label())
                .orElse("");
    }

    private static boolean isFinite(Tensor t) {
        return !t.is_floating_point() || torch.isfinite(t).all().item_bool();
    }
}

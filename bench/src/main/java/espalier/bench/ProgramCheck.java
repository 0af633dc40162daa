package espalier.bench;

import espalier.graph.Model;
import espalier.graph.Tensor;
import espalier.runtime.Difference;
import espalier.torch.Mode;
import espalier.torch.Program;
import espalier.torch.Tensors;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;

/**
 * A model as libtorch runs it.
 *
 * @param difference from the reference's outputs, relative to their largest element
 * @param learned number of parameters
 * @param moved how many of them get a gradient that is finite and not all zero in both modes
 */
record ProgramCheck(double difference, int learned, int moved) {

    static ProgramCheck of(Model model, Map<String, Tensor> inputs, Map<String, Tensor> reference) {
        try (Program program = Program.of(model);
                PointerScope scope = new PointerScope()) {
            Map<String, org.bytedeco.pytorch.Tensor> given = new LinkedHashMap<>();
            inputs.forEach((name, t) -> given.put(name, Tensors.of(t)));
            double difference = difference(program, given, reference);
            int moved = Math.min(moved(program, given, Mode.EVAL), moved(program, given, Mode.TRAIN));
            return new ProgramCheck(difference, program.parameters().size(), moved);
        }
    }

    private static double difference(
            Program program, Map<String, org.bytedeco.pytorch.Tensor> given, Map<String, Tensor> reference) {
        try (PointerScope scope = new PointerScope();
                AutoGradMode noGrad = new AutoGradMode(false)) {
            Map<String, Tensor> outputs = new LinkedHashMap<>();
            program.run(given, Mode.EVAL).forEach((name, t) -> outputs.put(name, Tensors.toHost(t)));
            return Difference.worst(Difference.between(reference, outputs));
        }
    }

    /** The loss is the sum of squares, each output element weighing the same. */
    private static int moved(Program program, Map<String, org.bytedeco.pytorch.Tensor> given, Mode mode) {
        program.parameters().values().forEach(p -> p.mutable_grad().reset());
        try (PointerScope scope = new PointerScope();
                AutoGradMode grad = new AutoGradMode(true)) {
            program.run(given, mode).values().stream()
                    .map(t -> t.mul(t).sum())
                    .reduce(org.bytedeco.pytorch.Tensor::add)
                    .orElseThrow()
                    .backward();
            return (int) program.parameters().values().stream()
                    .filter(p -> p.grad().defined())
                    .map(p -> p.grad().abs().sum().item_double())
                    .filter(sum -> sum > 0 && Double.isFinite(sum))
                    .count();
        }
    }
}

package espalier.quantize;

import espalier.graph.BadInputException;
import espalier.graph.Model;
import espalier.pass.FoldBatchNorm;
import espalier.pass.Passes;
import espalier.work.Outcome;
import espalier.work.Referee;
import espalier.work.Workbench;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The step {@code quantize}. */
public final class Quantization {
    private Quantization() {}

    /**
     * @throws BadInputException when the model is quantized already, no layer can be, or calibration meets what is not a number
     */
    public static Outcome run(Quantize settings, Model input, Workbench bench) {
        return settings.mode() == Mode.DYNAMIC
                ? dynamic(settings, input, bench.referee())
                : new StaticQuantization(settings, input, prepared(input), bench).outcome();
    }

    /** Dynamic quantization, which needs no data. */
    public static Outcome dynamic(Quantize settings, Model input, Referee referee) {
        return new DynamicQuantization(settings, input, prepared(input), referee).outcome();
    }

    private static Model prepared(Model input) {
        if (input.graph().nodes().stream().anyMatch(n -> n.opType().endsWith("QuantizeLinear"))) {
            throw new BadInputException("the model is quantized already: give the one it was made from");
        }
        return named(new FoldBatchNorm().apply(Passes.beforeTraining().apply(input)));
    }

    /** Every layer with a name of its own, by which it is found again in what ONNX Runtime makes of the model. */
    private static Model named(Model model) {
        Set<String> names = new HashSet<>(List.of(""));
        return model.withGraph(
                model.graph().mapNodes(n -> Weighted.isKind(n) && !names.add(n.name()) ? n.withName(n.id()) : n));
    }
}

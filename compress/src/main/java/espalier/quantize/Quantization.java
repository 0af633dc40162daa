package espalier.quantize;

import espalier.graph.BadInputException;
import espalier.graph.Model;
import espalier.pass.FoldBatchNorm;
import espalier.pass.Passes;
import espalier.work.Outcome;
import espalier.work.Workbench;

/** The step {@code quantize}. */
public final class Quantization {
    private Quantization() {}

    /**
     * @throws BadInputException when the model is quantized already, no layer can be, or calibration meets what is not a number
     */
    public static Outcome run(Quantize settings, Model input, Workbench bench) {
        if (input.graph().nodes().stream().anyMatch(n -> n.opType().endsWith("QuantizeLinear"))) {
            throw new BadInputException("the model is quantized already: give the one it was made from");
        }
        Model model = new FoldBatchNorm().apply(Passes.beforeTraining().apply(input));
        return new StaticQuantization(settings, model, bench).outcome();
    }
}

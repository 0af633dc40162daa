package espalier.train;

import espalier.data.Batches;
import espalier.torch.Mode;
import espalier.torch.Program;
import java.util.Map;
import java.util.function.Consumer;
import org.bytedeco.pytorch.Tensor;

/** Gradients of a loss, batch by batch, without learning from them. */
public final class BatchGradients {
    private BatchGradients() {}

    /**
     * Runs the program in evaluation mode; it stays as it is.
     *
     * @param count batches of the first epoch, or as many as it has
     * @param each gets the gradients of one batch by parameter, for the time of the call
     */
    public static void of(
            Program program, Objective loss, Batches batches, int count, Consumer<Map<String, Tensor>> each) {
        of(program, Mode.EVAL, loss, batches, count, each);
    }

    /** The same in either mode; training mode moves running statistics, weights stay as they are. */
    public static void of(
            Program program,
            Mode mode,
            Objective loss,
            Batches batches,
            int count,
            Consumer<Map<String, Tensor>> each) {
        try (Kept none = new Kept();
                Stepper stepper = new Stepper(program, new Training(), loss, none)) {
            for (int i = 0; i < Math.min(count, batches.steps()); i++) {
                stepper.gradients(batches.batch(0, i), mode, new Stepper.Place(0, i, 0), each);
            }
        }
    }
}

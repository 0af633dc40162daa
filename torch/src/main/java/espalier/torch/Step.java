package espalier.torch;

import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Tensor;

/** One node of a plan, with everything but its tensors resolved. */
@FunctionalInterface
interface Step {
    /**
     * Computes the outputs. Tensors made on the way belong to the scope of the run.
     *
     * @param in one entry per input of the node; what is absent or was left to the host is null
     * @return one entry per output of the node, or as many of the first as somebody reads
     */
    Tensor[] run(Tensor[] in);

    /** A step with one output. */
    static Step one(One step) {
        return in -> new Tensor[] {step.run(in)};
    }

    /** A step from the first input to one output. */
    static Step unary(UnaryOperator<Tensor> f) {
        return in -> new Tensor[] {f.apply(in[0])};
    }

    /** A step that passes its first input on. */
    static Step pass() {
        return unary(x -> x);
    }

    /** The body of a step with one output. */
    @FunctionalInterface
    interface One {
        Tensor run(Tensor[] in);
    }
}

package espalier.distill;

import org.bytedeco.pytorch.Tensor;

/** How far a student is from its teacher. */
public sealed interface Distillation permits SoftTargets {
    /**
     * A scalar, the mean over the batch. Only the student gets a gradient.
     *
     * @param student what the student computes of the batch
     * @param teacher what the teacher computes of the same batch
     */
    Tensor loss(Views student, Views teacher);
}

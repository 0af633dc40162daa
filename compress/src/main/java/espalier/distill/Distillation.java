package espalier.distill;

import org.bytedeco.pytorch.Tensor;

/** How far a student is from its teacher. */
public sealed interface Distillation
        permits SoftTargets,
                LogitsL2,
                DecoupledTargets,
                Dist,
                Pkt,
                Hint,
                FeatureMatching,
                Attention,
                GradientAttention,
                Fsp,
                RkdDistance,
                RkdAngle,
                SimilarityPreserving,
                CorrelationCongruence {
    /**
     * A scalar, the mean over the batch. Only the student gets a gradient.
     *
     * @param student what the student computes of the batch
     * @param teacher what the teacher computes of the same batch, its features in the order of the student's
     */
    Tensor loss(Views student, Views teacher);

    /** Where it looks besides the scores. */
    default Points points() {
        return Points.NONE;
    }

    /** Where it cannot compare widths that differ: how the student's are brought to the teacher's. */
    default Regressor regressor() {
        return Regressor.NONE;
    }

    /** Whether its paper trains with it alone at first, and with the task alone afterwards. */
    default boolean goesFirst() {
        return false;
    }

    /** Whether it compares the places of feature maps, which a vector has not. */
    default boolean comparesMaps() {
        return false;
    }

    /** Whether it looks at gradients with respect to the input. */
    default boolean differentiates() {
        return false;
    }

    /** Whether its paper brings it to the scale of the cross-entropy with labels. */
    default boolean scaledAsLabels() {
        return false;
    }

    /** With fewer samples in a batch it has nothing to compare. */
    default int fewestSamples() {
        return 1;
    }

    /** With fewer classes it says nothing. */
    default int fewestClasses() {
        return 1;
    }
}

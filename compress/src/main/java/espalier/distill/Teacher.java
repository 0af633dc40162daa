package espalier.distill;

import espalier.train.StepViews;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/** What a student learns from: it computes the same values of the same inputs, and never changes. */
interface Teacher extends AutoCloseable {
    /** The name of its scores before a softmax. */
    String logits();

    /** Its scores and the values it was made to give, of the batch of a step. */
    Map<String, Tensor> values(StepViews step);

    @Override
    void close();
}

package espalier.train;

import espalier.graph.Model;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/** What training makes small. */
public interface Objective {
    /** The loss of a batch: a scalar, the mean over its samples, with a gradient to the student's weights. */
    Tensor loss(StepViews views);

    /** Values of the student's graph that the loss looks at, besides the logits and the graph's outputs. */
    default List<String> taps(Model student) {
        return List.of();
    }

    /** Whether every sample must have a label. */
    default boolean needsLabels() {
        return false;
    }

    /** Whether the loss looks at gradients with respect to the inputs. */
    default boolean differentiatesInputs() {
        return false;
    }

    /** What makes it the same objective for a resumed run. */
    default String identity() {
        return this instanceof Record ? toString() : getClass().getName();
    }
}

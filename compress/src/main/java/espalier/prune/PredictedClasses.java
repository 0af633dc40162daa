package espalier.prune;

import espalier.torch.Mode;
import espalier.torch.Program;
import espalier.train.CrossEntropy;
import espalier.train.Logits;
import espalier.train.Objective;
import espalier.train.StepViews;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Tensor;

/**
 * Cross-entropy with the classes that another network predicts, for data without labels. (Against its own probabilities the gradient
 * of a network is zero everywhere, and would tell nothing.)
 *
 * @param original the network that predicts
 */
record PredictedClasses(Program original) implements Objective {
    @Override
    public Tensor loss(StepViews views) {
        Tensor classes;
        try (AutoGradMode noGrad = new AutoGradMode(false)) {
            String logits = Logits.of(original.model().graph());
            classes = Objects.requireNonNull(original.run(views.inputs(), Mode.EVAL, List.of(logits))
                            .get(logits))
                    .argmax(new LongOptional(1), false);
        }
        return new CrossEntropy()
                .loss(new StepViews(
                        views.inputs(),
                        views.student(),
                        views.logitsName(),
                        Optional.of(classes),
                        views.samples(),
                        views.epoch(),
                        views.step()));
    }

    @Override
    public String identity() {
        return "predicted classes";
    }
}

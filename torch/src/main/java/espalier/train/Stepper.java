package espalier.train;

import espalier.data.Batch;
import espalier.graph.BadInputException;
import espalier.torch.Mode;
import espalier.torch.Program;
import espalier.torch.Tensors;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** One step: batch to loss to gradients to new weights. All it makes is freed at its end. */
final class Stepper implements AutoCloseable {
    private final Program program;
    private final Training how;
    private final Optimizer optimizer;
    private final Objective objective;
    private final Kept slots;
    private final Feed feed;
    private final String logits;
    private final List<String> taps;

    /** Where in the run a step is. */
    record Place(int epoch, long step, double rate) {}

    Stepper(Program program, Training how, Objective objective, Kept slots) {
        this.program = program;
        this.how = how;
        this.optimizer = how.pacedOptimizer();
        this.objective = objective;
        this.slots = slots;
        this.feed = new Feed(program.model());
        this.logits = Logits.of(program.model().graph());
        this.taps = tapsOf(program, objective, logits);
    }

    private static List<String> tapsOf(Program program, Objective objective, String logits) {
        List<String> outputs = program.model().graph().outputNames();
        java.util.Set<String> all = new java.util.LinkedHashSet<>(objective.taps(program.model()));
        all.add(logits);
        outputs.forEach(all::remove);
        return List.copyOf(all);
    }

    /** @return the loss before the step */
    double train(Batch batch, Place at) {
        try (PointerScope scope = new PointerScope()) {
            seedNoise(at);
            StepViews views = views(batch, Mode.TRAIN, at);
            Tensor loss = objective.loss(views);
            double value = loss.item_double();
            if (!Double.isFinite(value)) {
                throw Diagnosis.ofLoss(program, views.inputs(), value, at);
            }
            loss.backward();
            try (AutoGradMode noGrad = new AutoGradMode(false)) {
                update(at);
            }
            return value;
        }
    }

    private void seedNoise(Place at) {
        torch.manual_seed(Seeds.NOISE.at(how.seed(), at.epoch(), at.step()));
    }

    private void update(Place at) {
        Map<String, Tensor> parameters = program.parameters();
        Gradients gradients = Gradients.of(parameters);
        double norm = gradients.norm();
        if (!Double.isFinite(norm)) {
            throw Diagnosis.ofGradient(program, gradients, at);
        }
        if (how.clip() > 0) {
            gradients.clip(norm, how.clip());
        }
        gradients.byParameter().forEach((name, gradient) -> {
            Tensor p = java.util.Objects.requireNonNull(parameters.get(name));
            Slots ofThis = slot -> slots.get(slot + " of " + name, () -> torch.zeros_like(p));
            optimizer.update(p, gradient, ofThis, at.rate(), at.step() + 1);
        });
        Gradients.forget(parameters);
    }

    /** Gradients of the loss of a batch. */
    void gradients(Batch batch, Mode mode, Place at, java.util.function.Consumer<Map<String, Tensor>> each) {
        try (PointerScope scope = new PointerScope()) {
            seedNoise(at);
            objective.loss(views(batch, mode, at)).backward();
            each.accept(Gradients.of(program.parameters()).byParameter());
            Gradients.forget(program.parameters());
        }
    }

    /** What a batch gives. */
    record Judgement(double loss, Optional<Long> correct) {}

    /** Loss and correct samples of a batch, without learning from it. */
    Judgement judge(Batch batch, Place at) {
        try (PointerScope scope = new PointerScope();
                AutoGradMode noGrad = new AutoGradMode(false)) {
            StepViews views = views(batch, Mode.EVAL, at);
            Optional<Long> correct = views.labelled()
                    .map(labels -> torch.eq(
                                    views.logits().argmax(new org.bytedeco.pytorch.LongOptional(1), false), labels)
                            .sum()
                            .item_long());
            return new Judgement(objective.loss(views).item_double(), correct);
        }
    }

    /** Lets batch norm see a batch, without learning weights from it. */
    void show(Batch batch, Place at) {
        try (PointerScope scope = new PointerScope();
                AutoGradMode noGrad = new AutoGradMode(false)) {
            seedNoise(at);
            views(batch, Mode.TRAIN, at);
        }
    }

    private StepViews views(Batch batch, Mode mode, Place at) {
        Map<String, Tensor> inputs = feed.inputs(batch);
        if (objective.differentiatesInputs()) {
            inputs.replaceAll((name, t) -> t.is_floating_point() ? t.detach().requires_grad_(true) : t);
        }
        Map<String, Tensor> student = program.run(inputs, mode, taps);
        StepViews views =
                new StepViews(inputs, student, logits, feed.labels(batch), batch.samples(), at.epoch(), at.step());
        check(batch, views);
        return views;
    }

    private static void check(Batch batch, StepViews views) {
        if (!batch.labelled()) {
            return;
        }
        long[] shape = Tensors.shape(views.logits());
        if (shape.length != 2 || shape[0] != batch.size()) {
            throw BadInputException.of(
                    "the network's scores '%s' are %s for %d samples: a classifier gives [N,classes]",
                    views.logitsName(), java.util.Arrays.toString(shape), batch.size());
        }
        for (int i = 0; i < batch.size(); i++) {
            if (batch.labels()[i] < 0 || batch.labels()[i] >= shape[1]) {
                throw BadInputException.of(
                        "sample %d has class %d, but the network tells %d classes apart: use other data or another network",
                        batch.samples()[i], batch.labels()[i], shape[1]);
            }
        }
    }

    @Override
    public void close() {
        feed.close();
    }
}

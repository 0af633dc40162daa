package espalier.train;

import espalier.data.Batches;
import espalier.graph.BadInputException;
import espalier.torch.Program;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalDouble;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;

/**
 * Trains a program: steps, validation after each epoch, checkpoints, early stop, averaging. The program's weights are the result.
 *
 * <p>The same program, settings, data and number of threads give the same bits, also when the run was stopped, or killed, and resumed.
 */
public final class Trainer {
    private static final long SAVE_EVERY = 30_000_000_000L;
    private static final int BATCHES_TO_RECALIBRATE = 100;

    private final Program program;
    private final Training how;
    private final Objective objective;
    private final TrainingData data;
    private final Parametrization parametrization;
    private final Optional<Path> checkpoint;

    private Trainer(
            Program program,
            Training how,
            Objective objective,
            TrainingData data,
            Parametrization parametrization,
            Optional<Path> checkpoint) {
        this.program = program;
        this.how = how;
        this.objective = objective;
        this.data = data;
        this.parametrization = parametrization;
        this.checkpoint = checkpoint;
    }

    /**
     * @throws BadInputException when the objective needs labels that the data do not have, or there is nothing to train
     */
    public static Trainer of(Program program, Training how, Objective objective, TrainingData data) {
        if (objective.needsLabels() && !data.train().data().labelled()) {
            throw BadInputException.of(
                    "%s: has no labels to train with: give labelled data, or train against a teacher",
                    data.train().data().name());
        }
        if (program.parameters().isEmpty()) {
            throw BadInputException.of("the network has no weights that could be trained");
        }
        return new Trainer(program, how, objective, data, Parametrization.NONE, Optional.empty());
    }

    /**
     * This trainer with a checkpoint in {@code file}: written twice a minute, after each epoch and when the run is asked to stop, and
     * where it exists already, the run goes on from it. The file stays after the run.
     */
    public Trainer checkpointingTo(Path file) {
        return new Trainer(program, how, objective, data, parametrization, Optional.of(file));
    }

    /** This trainer, where training sees weights as {@code seen} shows them; after the run they are as it showed them last. */
    public Trainer seeing(Parametrization seen) {
        return new Trainer(program, how, objective, data, seen, checkpoint);
    }

    /**
     * Trains to the end, or until {@code progress} asks to stop.
     *
     * @throws BadInputException when a loss or gradient is not finite, or the checkpoint is damaged or of another run
     * @throws java.io.UncheckedIOException when the checkpoint cannot be written
     */
    public TrainingResult run(Progress progress) {
        parametrization.prepare(program);
        try (RunState state = new RunState(program);
                Stepper stepper = new Stepper(program, how, objective, state.slots);
                Stepper judge = new Stepper(program, how, objective, state.slots)) {
            return new Run(state, stepper, judge, progress).toEnd();
        }
    }

    private final class Run {
        private final RunState state;
        private final Stepper stepper;
        private final Stepper judge;
        private final Progress progress;
        private final Averages averages;
        private final Recalibration recalibration = new Recalibration(program);
        private final Batches batches = data.train();
        private final int perEpoch = batches.steps();
        private final long total = how.totalSteps(perEpoch);
        private final long warmUp = Math.round(how.warmUp() * perEpoch);
        private final double rate = how.pacedOptimizer().learningRate();
        private final Pace pace = new Pace();
        private final java.util.Map<String, String> identity;
        private long saved = System.nanoTime();

        Run(RunState state, Stepper stepper, Stepper judge, Progress progress) {
            this.state = state;
            this.stepper = stepper;
            this.judge = judge;
            this.progress = progress;
            this.averages = new Averages(state.weights, state.averages);
            this.identity = checkpoint.isPresent()
                    ? Identity.of(program, how, objective, data, parametrization)
                    : java.util.Map.of();
        }

        TrainingResult toEnd() {
            checkpoint.filter(Files::exists).ifPresent(file -> state.load(file, identity));
            quietly(() -> parametrization.begin(program, state::remembered));
            while (state.step < total && !outOfPatience()) {
                if (progress.stopping()) {
                    save();
                    quietly(() -> parametrization.end(program, state::remembered));
                    return new TrainingResult(true, state.step, state.history);
                }
                step();
                if (state.step % perEpoch == 0 || state.step == total) {
                    endEpoch();
                } else if (System.nanoTime() - saved > SAVE_EVERY) {
                    save();
                }
            }
            finish();
            quietly(() -> parametrization.end(program, state::remembered));
            return new TrainingResult(false, state.step, state.history);
        }

        private Stepper.Place place(long step) {
            return new Stepper.Place(
                    (int) (step / perEpoch), step, rate * how.schedule().at(step, total, warmUp));
        }

        private void step() {
            long began = System.nanoTime();
            Stepper.Place at = place(state.step);
            quietly(() -> parametrization.before(
                    program, state::remembered, new Parametrization.When(state.step, total, perEpoch)));
            double loss = stepper.train(batches.batch(at.epoch(), (int) (at.step() % perEpoch)), at);
            state.epochLoss += loss;
            if (how.averaging().takes(at.step(), total, perEpoch)) {
                quietly(() -> averages.take(how.averaging().share(state.taken++)));
            }
            state.step++;
            pace.add(loss, System.nanoTime() - began);
            progress.step(moment(at.epoch()));
        }

        private Moment moment(int epoch) {
            double speed = pace.stepsPerSecond();
            return new Moment(
                    epoch + 1,
                    how.epochs(),
                    state.step,
                    total,
                    pace.loss(),
                    speed * how.batch(),
                    speed == 0 ? 0 : (total - state.step) / speed);
        }

        private void endEpoch() {
            long inEpoch = (state.step - 1) % perEpoch + 1;
            int epoch = state.history.size() + 1;
            EpochResult result = new EpochResult(
                    epoch, state.epochLoss / inEpoch, data.validation().map(this::validate));
            state.history.add(result);
            state.epochLoss = 0;
            if (patient() && state.bestEpoch() == epoch - 1) {
                swapped(this::remember);
            }
            save();
            progress.epoch(result);
        }

        private boolean patient() {
            return how.patience() > 0 && data.validation().isPresent();
        }

        private boolean outOfPatience() {
            return patient() && state.history.size() - 1 - state.bestEpoch() >= how.patience();
        }

        private static void quietly(Runnable action) {
            try (PointerScope scope = new PointerScope();
                    AutoGradMode noGrad = new AutoGradMode(false)) {
                action.run();
            }
        }

        /** Does something with the weights the run would end with now. */
        private void swapped(Runnable action) {
            quietly(() -> {
                averages.swap();
                action.run();
                averages.swap();
            });
        }

        private void remember() {
            state.weights.forEach(
                    (name, t) -> state.best.get(name, () -> t.detach().clone()).copy_(t.detach()));
        }

        private Validation validate(Batches held) {
            Validation[] result = new Validation[1];
            swapped(() -> {
                recalibrate();
                result[0] = judged(held);
            });
            return result[0];
        }

        private Validation judged(Batches held) {
            double loss = 0;
            long correct = 0;
            long samples = 0;
            boolean labelled = false;
            for (int i = 0; i < held.steps(); i++) {
                var batch = held.batch(0, i);
                Stepper.Judgement j = judge.judge(batch, place(state.step - 1));
                loss += j.loss() * batch.size();
                correct += j.correct().orElse(0L);
                labelled = j.correct().isPresent();
                samples += batch.size();
            }
            return new Validation(
                    loss / samples, labelled ? OptionalDouble.of((double) correct / samples) : OptionalDouble.empty());
        }

        private void finish() {
            if (how.patience() > 0 && !state.best.isEmpty()) {
                quietly(() -> state.weights.forEach((name, t) -> t.detach().copy_(state.best.get(name, t::detach))));
                return;
            }
            quietly(() -> {
                averages.swap();
                recalibrate();
            });
        }

        /** Of weights that are an average; its statistics, swapped back, are measured again before they are needed. */
        private void recalibrate() {
            if (how.averaging().recalibrates() && !state.averages.isEmpty()) {
                recalibration.over(
                        Math.min(perEpoch, BATCHES_TO_RECALIBRATE),
                        i -> stepper.show(
                                batches.batch(how.epochs(), i), new Stepper.Place(how.epochs(), total + i, 0)));
            }
        }

        private void save() {
            checkpoint.ifPresent(file -> state.save(file, identity));
            saved = System.nanoTime();
        }
    }
}

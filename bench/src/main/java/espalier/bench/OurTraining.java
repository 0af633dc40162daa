package espalier.bench;

import com.sun.management.OperatingSystemMXBean;
import espalier.data.Normalization;
import espalier.torch.Precision;
import espalier.torch.Program;
import espalier.train.CrossEntropy;
import espalier.train.Moment;
import espalier.train.Progress;
import espalier.train.Sgd;
import espalier.train.Trainer;
import espalier.train.Training;
import espalier.train.TrainingData;
import espalier.zoo.Zoo;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;

/** Our trainer as users run it, batches included, timed step by step. */
final class OurTraining implements AutoCloseable {
    /** Long enough for the JVM to have compiled what runs often. */
    private static final long WARM_UP_NANOS = 2_000_000_000L;

    private static final int FEWEST = 5;
    private static final int BATCHES = 4;

    private final Program program;
    private final Trainer trainer;

    OurTraining(Workload workload, Precision precision, int batch) {
        Training how = settings(batch);
        var images = new RandomImages(BATCHES * batch, workload.channels(), workload.side(), workload.side());
        this.program = Program.of(
                Zoo.create(workload.net(), workload.channels(), workload.side(), workload.side(), Workload.CLASSES, 1),
                precision);
        this.trainer = Trainer.of(program, how, new CrossEntropy(), TrainingData.of(images, Normalization.NONE, how));
    }

    /** As the peer: momentum 0.9, weight decay, nothing else. */
    private static Training settings(int batch) {
        Training d = new Training().withEpochs(1_000_000);
        return new Training(
                d.epochs(),
                d.steps(),
                batch,
                new Sgd(0.01, 0.9, false, 5e-4),
                d.learningRate(),
                d.schedule(),
                d.warmUp(),
                d.labelSmoothing(),
                d.averaging(),
                d.clip(),
                d.patience(),
                d.validation(),
                d.augmentation(),
                d.precision(),
                d.seed());
    }

    Timing measure(double seconds) {
        Watch watch = new Watch(seconds);
        trainer.run(watch);
        return watch.timing();
    }

    @Override
    public void close() {
        program.close();
    }

    private static final class Watch implements Progress {
        private final OperatingSystemMXBean system =
                (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        private final double seconds;
        private final long began = System.nanoTime();
        private final List<Double> wall = new ArrayList<>();
        private boolean warm;
        private long end;
        private long lastWall;
        private long firstCpu;
        private long lastCpu;

        Watch(double seconds) {
            this.seconds = seconds;
        }

        @Override
        public void step(Moment now) {
            long wallNow = System.nanoTime();
            lastCpu = system.getProcessCpuTime();
            if (warm) {
                wall.add((wallNow - lastWall) / 1e6);
            } else if (wallNow - began > WARM_UP_NANOS) {
                warm = true;
                firstCpu = lastCpu;
                end = wallNow + (long) (seconds * 1e9);
            }
            lastWall = wallNow;
        }

        @Override
        public boolean stopping() {
            return wall.size() >= FEWEST && System.nanoTime() > end;
        }

        Timing timing() {
            return Timing.of(
                    wall.stream().mapToDouble(Double::doubleValue).toArray(), (lastCpu - firstCpu) / 1e6 / wall.size());
        }
    }
}

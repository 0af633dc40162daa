package espalier.bench;

import espalier.cli.OrtReferee;
import espalier.data.Batches;
import espalier.data.Batching;
import espalier.data.Data;
import espalier.data.DataSet;
import espalier.data.DataSource;
import espalier.data.Normalization;
import espalier.data.Reading;
import espalier.data.Split;
import espalier.distill.Distill;
import espalier.distill.Plain;
import espalier.distill.SoftTargets;
import espalier.graph.Model;
import espalier.pass.FoldBatchNorm;
import espalier.pass.Passes;
import espalier.torch.Mode;
import espalier.torch.Program;
import espalier.torch.Tensors;
import espalier.torch.Threads;
import espalier.train.Training;
import espalier.work.Monitor;
import espalier.work.Retraining;
import espalier.work.Workbench;
import espalier.zoo.Zoo;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What a teacher costs in each training step, beside a step with labels: processor time of all threads, in turns. */
@Command(
        name = "distill-times",
        mixinStandardHelpOptions = true,
        description = "Processor milliseconds of a training step: labels alone, outputs kept on disk, teacher running.")
final class DistillTimes implements Callable<Integer> {
    private static final int BATCH = 128;
    private static final int STEPS_AN_EPOCH = 10;
    private static final int EPOCHS = 3;

    @Option(names = "--teacher", description = "(default: ${DEFAULT-VALUE})")
    private String teacher = "resnet20";

    @Option(names = "--student", description = "(default: ${DEFAULT-VALUE})")
    private String student = "resnet8";

    @Option(names = "--rounds", description = "turns (default: ${DEFAULT-VALUE})")
    private int rounds = 3;

    @Option(names = "--threads", description = "(default: ${DEFAULT-VALUE})")
    private int threads = 2;

    @Option(names = "--record", description = "figures are added to this file")
    private @Nullable Path record;

    /** The recorded row; milliseconds are medians over rounds, ratios medians of the ratios within a round. */
    private record Row(
            double plain, double cached, double live, double forward, double cachedRatio, double liveRatio) {}

    /** Notes the processor time when the progress line first and last spoke in training: other work on the machine does not count. */
    private static final class Clock implements Monitor {
        private final Map<String, long[]> spans = new LinkedHashMap<>();

        @Override
        public void say(String line) {}

        @Override
        public void progress(String task, long done, long total, String note) {
            long[] span = spans.computeIfAbsent(task, t -> new long[] {cpu(), done, 0, 0});
            span[2] = cpu();
            span[3] = done;
        }

        @Override
        public boolean stopping() {
            return false;
        }

        private static long cpu() {
            return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                    .getProcessCpuTime();
        }

        double millis(String task) {
            long[] s = java.util.Objects.requireNonNull(spans.get(task), task);
            return (s[2] - s[0]) / 1e6 / (s[3] - s[1]);
        }
    }

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new DistillTimes()).execute(arguments));
    }

    @Override
    public Integer call() throws Exception {
        Threads.set(threads);
        DataSource all = Data.open("fashion-mnist", Reading.in(List.of(Home.resolve("samples"))));
        DataSet some = Split.first(all.train(), BATCH * STEPS_AN_EPOCH);
        DataSource data = DataSource.of(some, Split.first(all.forMeasuring(), BATCH));
        Normalization normalization = Normalization.of(some);
        Model big = Zoo.create(teacher, 1, 28, 28, some.classes(), 1);
        Model small = Zoo.create(student, 1, 28, 28, some.classes(), 2);
        Path folder = Files.createTempDirectory("distill-times");
        List<double[]> times = new ArrayList<>();
        for (int round = 0; round <= rounds; round++) {
            double[] now = new double[4];
            for (int way = 0; way < 3; way++) {
                Clock clock = new Clock();
                Path checkpoint = folder.resolve(round + "-" + way + ".ckpt");
                Workbench bench = new Workbench(
                        big,
                        data,
                        normalization,
                        new OrtReferee(threads, Map.of(), Duration.ofSeconds(1)),
                        clock,
                        checkpoint,
                        1,
                        Optional.empty());
                Training how = new Training().withEpochs(EPOCHS);
                if (way == 0) {
                    Retraining.train(how, small, bench);
                } else {
                    new Plain().run(settings(how, way == 1), small, bench);
                }
                now[way] = clock.millis(way == 0 ? "train" : "distill");
                Files.deleteIfExists(checkpoint);
            }
            now[3] = forward(big, Batches.of(some, Batching.inOrder(BATCH, normalization)));
            if (round > 0) {
                times.add(now);
            }
        }
        Row row = row(times);
        System.out.printf(
                Locale.ROOT,
                "%s teaches %s, batch %d: labels %.1f ms a step, kept outputs %.1f ms (%.3fx), running teacher %.1f ms"
                        + " (%.3fx of labels + its forward of %.1f ms)%n",
                teacher,
                student,
                BATCH,
                row.plain,
                row.cached,
                row.cachedRatio,
                row.live,
                row.liveRatio,
                row.forward);
        if (record != null) {
            new Figures(record)
                    .add(Figures.Line.of(
                            "distill-times",
                            teacher + " to " + student,
                            "bench/distill-times --student " + student + " --rounds " + rounds + " --threads "
                                    + threads,
                            row));
        }
        return 0;
    }

    private static Distill settings(Training how, boolean cache) {
        return new Distill(
                List.of(),
                List.of(new SoftTargets()),
                List.of(),
                false,
                OptionalDouble.of(0.5),
                new Plain(),
                0,
                cache,
                how);
    }

    private static Row row(List<double[]> times) {
        return new Row(
                median(times, t -> t[0]),
                median(times, t -> t[1]),
                median(times, t -> t[2]),
                median(times, t -> t[3]),
                median(times, t -> t[1] / t[0]),
                median(times, t -> t[2] / (t[0] + t[3])));
    }

    private static double median(List<double[]> times, java.util.function.ToDoubleFunction<double[]> of) {
        return Timing.median(times.stream().mapToDouble(of).toArray());
    }

    /** A pass of the teacher over one batch, as a lesson runs it. */
    private static double forward(Model big, Batches batches) {
        Model folded = new FoldBatchNorm().apply(Passes.beforeTraining().apply(big));
        try (Program program = Program.of(folded);
                PointerScope scope = new PointerScope();
                AutoGradMode noGrad = new AutoGradMode(false)) {
            Map<String, Tensor> inputs = new LinkedHashMap<>();
            batches.batch(0, 0).inputs().forEach((name, t) -> inputs.put(name, Tensors.of(t)));
            double[] millis = new double[STEPS_AN_EPOCH];
            for (int i = -2; i < millis.length; i++) {
                long began = Clock.cpu();
                try (PointerScope step = new PointerScope()) {
                    program.run(inputs, Mode.EVAL);
                }
                if (i >= 0) {
                    millis[i] = (Clock.cpu() - began) / 1e6;
                }
            }
            return Timing.median(millis);
        }
    }
}

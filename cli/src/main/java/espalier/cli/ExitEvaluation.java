package espalier.cli;

import espalier.data.Batch;
import espalier.data.Batches;
import espalier.data.DataSet;
import espalier.graph.BadInputException;
import espalier.runtime.EarlyExitSession;
import espalier.runtime.ExitAnswer;
import espalier.runtime.ExitPolicy;
import espalier.runtime.SessionSettings;
import espalier.work.Evaluation;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.IntToDoubleFunction;

/**
 * How well a model with several exits does: each exit alone, and leaving early.
 *
 * @param thresholds instead of the manifest's, where there are any
 * @param within milliseconds for a call
 */
record ExitEvaluation(SampleOptions samples, int batch, int threads, List<Double> thresholds, Optional<Double> within) {
    Table of(List<Path> manifests, String data) throws IOException {
        if (manifests.size() > 1) {
            throw BadInputException.of("%s: exits.json is evaluated alone: leave the others out", manifests.get(0));
        }
        Table table = new Table(
                Column.text("exit", "exit"),
                Column.count("samples", "samples"),
                Column.percent("accuracy", "accuracy"),
                Column.percent("share", "leave here"),
                Column.amount("meanMacs", "mean MACs"),
                Column.number("latencyMillis", "ms a sample"),
                Column.count("late", "late"));
        Path path = manifests.get(0);
        try (EarlyExitSession session = EarlyExitSession.open(path, new SessionSettings().withThreads(threads))) {
            ModelFile file = StageFiles.entry(session.manifest(), StageFiles.read(path, session.manifest()));
            DataSet set = samples.open(data, file);
            if (!set.labelled()) {
                throw BadInputException.of(
                        "%s: has no labels, so there is no accuracy: give labelled data", set.name());
            }
            Batches batches = samples.batches(file, set, batch);
            ExitPolicy policy = thresholds.isEmpty()
                    ? session.manifest().policy()
                    : session.manifest().policy().withThresholds(thresholds);
            Tally early = tally(session, file, batches, policy, deadline());
            int exits = session.manifest().stages().size();
            for (int k = 0; k < exits; k++) {
                Tally alone = tally(session, file, batches, only(k, policy), Duration.ofDays(1));
                table.row(
                        k == exits - 1 ? "last" : Integer.toString(k + 1),
                        alone.samples,
                        alone.accuracy(),
                        Optional.of((double) early.left[k] / early.samples),
                        alone.macs(session),
                        alone.millis(),
                        0);
            }
            table.row(
                    "early",
                    early.samples,
                    early.accuracy(),
                    Optional.empty(),
                    early.macs(session),
                    early.millis(),
                    early.late);
        }
        return table;
    }

    private Duration deadline() {
        return Duration.ofNanos((long) (within.orElse(86_400_000.0) * 1e6));
    }

    private static ExitPolicy only(int exit, ExitPolicy policy) {
        List<Double> t = new ArrayList<>(
                Collections.nCopies(policy.thresholds().size(), policy.rule().never()));
        if (exit < t.size()) {
            t.set(exit, policy.rule().always());
        }
        return policy.withThresholds(t);
    }

    static Tally tally(EarlyExitSession session, ModelFile file, Batches batches, ExitPolicy policy, Duration within) {
        Tally tally = new Tally(session.manifest().stages().size());
        for (int step = 0; step < batches.steps(); step++) {
            Batch b = batches.batch(0, step);
            tally.add(session.run(Evaluation.named(file.model(), b), policy, within), b.labels());
        }
        return tally;
    }

    static final class Tally {
        private final long[] left;
        private long samples;
        private long right;
        private long nanos;
        private long late;

        Tally(int exits) {
            left = new long[exits];
        }

        /** @param labels of the samples; of length 0 where there are none */
        void add(ExitAnswer answer, long[] labels) {
            int[] classes = answer.classes();
            for (int i = 0; i < labels.length; i++) {
                right += classes[i] == labels[i] ? 1 : 0;
            }
            for (int exit : answer.exits()) {
                left[exit]++;
            }
            samples += answer.exits().length;
            nanos += answer.nanos();
            late += answer.isLate() ? 1 : 0;
        }

        double accuracy() {
            return (double) right / samples;
        }

        long macs(EarlyExitSession session) {
            long[] upTo = session.manifest().macs();
            return Math.round(mean(k -> upTo[k]));
        }

        /** The mean over samples of what an exit costs, those before it included. */
        double mean(IntToDoubleFunction upTo) {
            double sum = 0;
            for (int k = 0; k < left.length; k++) {
                sum += left[k] * upTo.applyAsDouble(k);
            }
            return sum / samples;
        }

        double millis() {
            return nanos / 1e6 / samples;
        }
    }
}

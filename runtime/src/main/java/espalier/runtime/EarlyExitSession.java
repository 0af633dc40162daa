package espalier.runtime;

import espalier.exit.Probabilities;
import espalier.graph.BadInputException;
import espalier.graph.Shape;
import espalier.graph.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * A model with several exits, run stage by stage: a sample leaves at the first exit that is sure, and the others go on in a smaller
 * batch. May be used from several threads; must be closed.
 */
public final class EarlyExitSession implements AutoCloseable {
    /** 292 years. */
    private static final Duration LONGEST = Duration.ofNanos(Long.MAX_VALUE);

    private final String name;
    private final ExitManifest manifest;
    private final List<OrtSession> sessions;
    private final List<List<String>> neededAfter;
    private final StageTimes times;
    private final LongSupplier clock;

    private EarlyExitSession(String name, ExitManifest manifest, List<OrtSession> sessions, LongSupplier clock) {
        this.name = name;
        this.manifest = manifest;
        this.sessions = List.copyOf(sessions);
        this.times = new StageTimes(sessions.size());
        this.clock = clock;
        this.neededAfter = new ArrayList<>();
        for (int k = 0; k < sessions.size(); k++) {
            Set<String> later = new LinkedHashSet<>();
            manifest.stages().stream().skip(k + 1L).forEach(s -> later.addAll(s.inputs()));
            neededAfter.add(List.copyOf(later));
        }
    }

    /**
     * Opens {@code exits.json} and the files beside it, one thread for each call.
     *
     * @throws BadInputException when a file is missing or altered
     */
    public static EarlyExitSession open(Path manifest) throws IOException {
        return open(manifest, new SessionSettings());
    }

    public static EarlyExitSession open(Path manifest, SessionSettings settings) throws IOException {
        return open(manifest, settings, System::nanoTime);
    }

    /** @param clock as {@link System#nanoTime} */
    static EarlyExitSession open(Path manifest, SessionSettings settings, LongSupplier clock) throws IOException {
        ExitManifest read = ExitManifest.read(manifest);
        List<OrtSession> sessions = new ArrayList<>();
        try {
            for (ExitManifest.File s : read.stages()) {
                String stage = manifest.resolveSibling(s.file().file()).toString();
                sessions.add(OrtSession.of(stage, s.file().read(manifest), settings));
            }
            return new EarlyExitSession(manifest.toString(), read, sessions, clock);
        } catch (IOException | RuntimeException e) {
            sessions.forEach(OrtSession::close);
            throw e;
        }
    }

    public ExitManifest manifest() {
        return manifest;
    }

    /** Names of the inputs of all stages, but for what stages hand on. */
    public List<String> inputs() {
        return manifest.inputs();
    }

    /**
     * Every sample leaves where the manifest's rule says so.
     *
     * @throws BadInputException when an input is missing, unknown or does not fit
     */
    public ExitAnswer run(Map<String, Tensor> inputs) {
        return run(inputs, manifest.policy());
    }

    /** Every sample leaves where {@code policy} says so. */
    public ExitAnswer run(Map<String, Tensor> inputs, ExitPolicy policy) {
        return run(inputs, policy, LONGEST);
    }

    /**
     * The best answer within a time: a stage is begun only if it will be over in time, as far as earlier calls tell, and samples that
     * are still there keep the answer of the exit they passed last. The first exit is always asked.
     */
    public ExitAnswer run(Map<String, Tensor> inputs, Duration within) {
        return run(inputs, manifest.policy(), within);
    }

    /**
     * @param within see {@link #run(Map, Duration)}
     * @throws BadInputException when the policy is for another number of exits, or an input does not fit
     */
    public ExitAnswer run(Map<String, Tensor> inputs, ExitPolicy policy, Duration within) {
        int early = sessions.size() - 1;
        if (policy.thresholds().size() != early) {
            throw BadInputException.of(
                    "%s: %d thresholds for %d exits before the last: give one for each",
                    name, policy.thresholds().size(), early);
        }
        long began = clock.getAsLong();
        long budget = nanos(within);
        try (Carried carried = Carried.of(name, inputs(), inputs)) {
            Answers answers = new Answers(carried.rows());
            long now = began;
            for (int k = 0; carried.rows() > 0 && k < sessions.size(); k++) {
                if (k > 0 && budget - (now - began) < times.expected(k) * carried.rows()) {
                    times.leftOut(k);
                    break;
                }
                int rows = carried.rows();
                answers.add(
                        k, carried.through(sessions.get(k), manifest.stages().get(k)));
                if (k < sessions.size() - 1) {
                    int[] stay = answers.stay(policy, k);
                    carried.keep(stay, neededAfter.get(k));
                }
                long end = clock.getAsLong();
                times.ran(k, (end - now) / Math.max(1, rows));
                now = end;
            }
            long took = clock.getAsLong() - began;
            return answers.answer(took, took > budget);
        }
    }

    private static long nanos(Duration within) {
        return within.isNegative() ? 0 : within.compareTo(LONGEST) < 0 ? within.toNanos() : Long.MAX_VALUE;
    }

    @Override
    public void close() {
        sessions.forEach(OrtSession::close);
    }

    /** Answers by the samples' places in the batch. */
    private static final class Answers {
        private final List<List<float[]>> passed = new ArrayList<>();
        private final float[][] scores;
        private final int[] exits;
        private int[] there;

        Answers(int samples) {
            scores = new float[samples][];
            exits = new int[samples];
            there = new int[samples];
            Arrays.setAll(there, i -> i);
            for (int i = 0; i < samples; i++) {
                passed.add(new ArrayList<>(2));
            }
        }

        void add(int exit, float[] all) {
            int classes = all.length / there.length;
            for (int row = 0; row < there.length; row++) {
                int sample = there[row];
                scores[sample] = Arrays.copyOfRange(all, row * classes, (row + 1) * classes);
                exits[sample] = exit;
            }
        }

        /** Rows of the samples that go on. */
        int[] stay(ExitPolicy policy, int exit) {
            int[] stay = new int[there.length];
            int n = 0;
            for (int row = 0; row < there.length; row++) {
                float[] own = scores[there[row]];
                List<float[]> its = passed.get(there[row]);
                its.add(Probabilities.of(own, 0, own.length));
                if (!policy.rule()
                        .leaves(policy.rule().measure(its), policy.thresholds().get(exit))) {
                    stay[n++] = row;
                }
            }
            stay = Arrays.copyOf(stay, n);
            int[] before = there;
            there = Arrays.stream(stay).map(row -> before[row]).toArray();
            return stay;
        }

        ExitAnswer answer(long nanos, boolean late) {
            int classes = scores.length == 0 ? 0 : scores[0].length;
            float[] flat = new float[scores.length * classes];
            for (int i = 0; i < scores.length; i++) {
                System.arraycopy(scores[i], 0, flat, i * classes, classes);
            }
            return new ExitAnswer(Tensor.floats(Shape.of(scores.length, classes), flat), exits, nanos, late);
        }
    }
}

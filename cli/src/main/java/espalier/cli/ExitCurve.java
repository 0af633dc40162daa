package espalier.cli;

import espalier.data.Batches;
import espalier.data.DataSet;
import espalier.graph.BadInputException;
import espalier.runtime.Artifact;
import espalier.runtime.EarlyExitSession;
import espalier.runtime.SessionSettings;
import espalier.runtime.Variant;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A network with several exits beside the variants of a family: what it costs and is worth at some of the thresholds that its run found.
 *
 * @param name of the run's folder
 * @param manifest its stages
 * @param thresholds from those at which most leave early on
 * @param files of the stages
 * @param entry what samples must fit
 */
record ExitCurve(String name, Path manifest, List<List<Double>> thresholds, List<ModelFile> files, ModelFile entry) {
    private static final int MOST = 8;
    private static final int BATCH = 100;

    /** @param run a folder that the step {@code exits} has written */
    static ExitCurve read(Path run) throws IOException {
        Path manifest = run.resolve("stages/exits.json");
        if (!Files.isRegularFile(manifest)) {
            throw BadInputException.of(
                    "%s: holds no network with exits: give a folder that espalier exits has written", run);
        }
        String name = String.valueOf(run.toAbsolutePath().normalize().getFileName());
        try (EarlyExitSession session = EarlyExitSession.open(manifest)) {
            List<ModelFile> files = StageFiles.read(manifest, session.manifest());
            ModelFile entry = StageFiles.entry(session.manifest(), files);
            return new ExitCurve(name, manifest, thresholds(run), files, entry);
        }
    }

    private static List<List<Double>> thresholds(Path run) throws IOException {
        Path report = run.resolve("report.json");
        List<List<Double>> all = new ArrayList<>();
        for (JsonNode step : new JsonMapper().readTree(Files.readString(report)).path("steps")) {
            for (JsonNode point : step.path("details").path("curve")) {
                all.add(point.path("thresholds")
                        .valueStream()
                        .map(JsonNode::asDouble)
                        .toList());
            }
        }
        if (all.isEmpty()) {
            throw BadInputException.of("%s: has no curve of its exits: run espalier exits again", report);
        }
        int points = Math.min(MOST, all.size());
        return IntStream.range(0, points)
                .mapToObj(i -> all.get(i * (all.size() - 1) / Math.max(1, points - 1)))
                .toList();
    }

    /**
     * @param sized the stages
     * @param millis of each stage by number of threads
     * @param threads to evaluate on
     */
    List<Variant> points(
            DataSet set, SampleOptions samples, List<Sized> sized, List<Map<Integer, Double>> millis, int threads)
            throws IOException {
        List<Variant> points = new ArrayList<>();
        long bytes = 0;
        long peak = 0;
        for (Sized s : sized) {
            bytes += Files.size(s.file().path());
            peak = Math.max(peak, s.cost().peakActivationBytes());
        }
        Artifact file = new Artifact(name, "", bytes);
        try (EarlyExitSession session = EarlyExitSession.open(manifest, new SessionSettings().withThreads(threads))) {
            Batches batches = samples.batches(entry, set, BATCH);
            for (List<Double> t : thresholds) {
                ExitEvaluation.Tally tally = ExitEvaluation.tally(
                        session, entry, batches, session.manifest().policy().withThresholds(t), Duration.ofDays(1));
                Map<Integer, Double> latency = new TreeMap<>();
                millis.get(0)
                        .keySet()
                        .forEach(n -> latency.put(
                                n,
                                tally.mean(exit -> millis.subList(0, exit + 1).stream()
                                        .mapToDouble(m -> m.getOrDefault(n, 0.0))
                                        .sum())));
                points.add(new Variant(
                        name + " " + (points.size() + 1),
                        file,
                        tally.macs(session),
                        peak,
                        set.labelled() ? OptionalDouble.of(tally.accuracy()) : OptionalDouble.empty(),
                        latency,
                        Optional.empty()));
            }
        }
        return points;
    }
}

package espalier.bench;

import espalier.cli.Machine;
import espalier.torch.Precision;
import espalier.torch.Threads;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Images a second in training, ours and PyTorch's, in turns so that load on the machine meets both. */
@Command(name = "train-throughput", description = "Images a second in training, ours and PyTorch's, measured in turns.")
final class TrainThroughput implements Callable<Integer> {
    private static final List<String> LAYOUTS = List.of("contiguous", "channels_last");

    @Option(names = "--python", description = "a Python with torch to compare with; without it only we run")
    private @Nullable Path python;

    @Option(names = "--script", description = "the peer's script (default: ${DEFAULT-VALUE})")
    private Path script = Path.of("bench/peers/train_throughput.py");

    @Option(names = "--seconds", description = "measured time of each row and round (default: ${DEFAULT-VALUE})")
    private double seconds = 5;

    @Option(names = "--rounds", description = "turns (default: ${DEFAULT-VALUE})")
    private int rounds = 3;

    @Option(names = "--threads", description = "(default: ${DEFAULT-VALUE})")
    private int threads = 2;

    @Option(names = "--batch", description = "(default: ${DEFAULT-VALUE})")
    private int batch = 128;

    @Option(names = "--net", description = "only this network")
    private String net = "";

    @Option(names = "--json", description = "a file for the figures")
    private @Nullable Path json;

    @Option(names = "--record", description = "figures are added to this file, a line a row")
    private @Nullable Path record;

    private final List<Row> rows = new ArrayList<>();
    private String peerVersion = "";

    /** One line of the table; one timing per round. */
    private record Row(String system, String net, String layout, String precision, List<Timing> rounds) {
        double median(java.util.function.ToDoubleFunction<Timing> of) {
            return Timing.median(rounds.stream().mapToDouble(of).toArray());
        }

        /** Median over the rounds of how many times faster this row is than another. */
        double times(Row other, java.util.function.ToDoubleFunction<Timing> of) {
            double[] ratios = new double[rounds.size()];
            for (int i = 0; i < ratios.length; i++) {
                ratios[i] = of.applyAsDouble(other.rounds.get(i)) / of.applyAsDouble(rounds.get(i));
            }
            return Timing.median(ratios);
        }
    }

    /** What is recorded of a row; how many times faster we are, by wall clock and by processor time. */
    private record Recorded(
            String net,
            String system,
            double imagesPerSecond,
            double millis,
            double cpuMillis,
            double times,
            double timesByCpu,
            String version) {}

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new TrainThroughput()).execute(arguments));
    }

    @Override
    public Integer call() throws Exception {
        Threads.set(threads);
        List<String> precisions = Machine.current().hasBf16() ? List.of("fp32", "bf16") : List.of("fp32");
        for (Workload w : Workload.ALL) {
            for (String precision : precisions) {
                if (net.isEmpty() || net.equals(w.net())) {
                    compare(w, precision);
                }
            }
        }
        print();
        record();
        if (json != null) {
            JsonMapper mapper = JsonMapper.builder()
                    .enable(SerializationFeature.INDENT_OUTPUT)
                    .build();
            Files.writeString(json, mapper.writeValueAsString(document()) + "\n");
        }
        return 0;
    }

    private void compare(Workload w, String precision) throws Exception {
        Row ours = new Row("espalier", w.net(), "", precision, new ArrayList<>());
        rows.add(ours);
        List<Row> peers = new ArrayList<>();
        if (python != null) {
            LAYOUTS.forEach(l -> peers.add(new Row("pytorch", w.net(), l, precision, new ArrayList<>())));
            rows.addAll(peers);
        }
        Precision type = precision.equals("bf16") ? Precision.BF16 : Precision.FLOAT;
        try (OurTraining training = new OurTraining(w, type, batch)) {
            for (int round = 0; round < rounds; round++) {
                ours.rounds().add(training.measure(seconds));
                for (Row peer : peers) {
                    PythonPeer.Answer answer = new PythonPeer(java.util.Objects.requireNonNull(python), script)
                            .measure(w.net(), peer.layout(), precision, seconds, batch, threads);
                    peerVersion = answer.version();
                    peer.rounds().add(answer.timing());
                }
            }
        }
    }

    private void print() {
        Machine machine = Machine.current();
        System.out.printf(
                Locale.ROOT,
                "%s, %d cores %s; batch %d, %d threads, %d rounds of %.0f s%s%n",
                machine.processor(),
                machine.cores(),
                machine.features(),
                batch,
                threads,
                rounds,
                seconds,
                peerVersion.isEmpty() ? "" : "; PyTorch " + peerVersion);
        System.out.printf(
                "%-9s %-5s %-9s %-14s %9s %9s %9s %9s %8s %8s%n",
                "net", "", "", "", "images/s", "ms", "fastest", "cpu ms", "ours is", "by cpu");
        for (Row r : rows) {
            Row ours = ours(r);
            System.out.printf(
                    Locale.ROOT,
                    "%-9s %-5s %-9s %-14s %9.0f %9.2f %9.2f %9.2f %7.2fx %7.2fx%n",
                    r.net(),
                    r.precision(),
                    r.system(),
                    r.layout(),
                    1000 * batch / r.median(Timing::medianMillis),
                    r.median(Timing::medianMillis),
                    r.rounds().stream().mapToDouble(Timing::fastestMillis).min().orElseThrow(),
                    r.median(Timing::cpuMillis),
                    ours.times(r, Timing::medianMillis),
                    ours.times(r, Timing::cpuMillis));
        }
    }

    private void record() throws Exception {
        if (record == null) {
            return;
        }
        Figures figures = new Figures(record);
        for (Row r : rows) {
            double millis = r.median(Timing::medianMillis);
            String system = (r.system() + " " + r.layout()).strip();
            Recorded row = new Recorded(
                    r.net(),
                    system,
                    1000 * batch / millis,
                    millis,
                    r.median(Timing::cpuMillis),
                    ours(r).times(r, Timing::medianMillis),
                    ours(r).times(r, Timing::cpuMillis),
                    r.system().equals("pytorch") ? peerVersion : "");
            String command = String.format(
                    Locale.ROOT,
                    "bench/train-throughput%s --batch %d --threads %d --rounds %d --seconds %.0f",
                    python == null ? "" : " --python PYTHON",
                    batch,
                    threads,
                    rounds,
                    seconds);
            figures.add(
                    Figures.Line.of("train-throughput", r.net() + " " + r.precision() + ", " + system, command, row));
        }
    }

    private Row ours(Row r) {
        return rows.stream()
                .filter(o -> o.layout().isEmpty()
                        && o.net().equals(r.net())
                        && o.precision().equals(r.precision()))
                .findFirst()
                .orElseThrow();
    }

    private Map<String, Object> document() {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("machine", Machine.current());
        all.put("pytorch", peerVersion);
        all.put("batch", batch);
        all.put("threads", threads);
        all.put("rows", rows);
        return all;
    }
}

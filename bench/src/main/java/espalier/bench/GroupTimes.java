package espalier.bench;

import espalier.graph.Model;
import espalier.onnx.OnnxFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Time to find channel groups, ours and Torch-Pruning's, in turns so that load on the machine meets both. */
@Command(
        name = "channel-groups",
        mixinStandardHelpOptions = true,
        description = "Time to find channel groups at 224x224: fresh JVM, warm, and Torch-Pruning's beside it.")
final class GroupTimes implements Callable<Integer> {
    private static final String BENCH = "channel-groups";
    private static final List<String> NETWORKS = List.of("resnet50", "densenet121");
    private static final int WARM_UP = 30;
    private static final int WARM = 20;

    @Parameters(description = "files of bench/peers/export_zoo224.py")
    private Path dir = Path.of(".");

    @Option(names = "--python", description = "a Python with torch-pruning to compare with; without it only we run")
    private @Nullable Path python;

    @Option(names = "--rounds", description = "turns (default: ${DEFAULT-VALUE})")
    private int rounds = 5;

    @Option(names = "--record", description = "figures are added to this file (default: ${DEFAULT-VALUE})")
    private Path record = Home.resolve("bench/target/figures.jsonl");

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new GroupTimes()).execute(arguments));
    }

    /**
     * Milliseconds, medians over the rounds.
     *
     * @param groups that we found
     * @param read reading the file, in a fresh JVM as {@code ./espalier} starts it
     * @param fresh finding the groups after that, in the same JVM
     * @param freshCpu processor time of the thread that does so
     * @param plain the same in a fresh JVM without any options
     * @param warm finding them in a JVM that has done so 30 times; of 20 a round
     * @param peerGroups that Torch-Pruning found, or 0 where it did not run
     * @param peer Torch-Pruning, warm: building its graph and listing all groups
     * @param ratio how many times faster warm is than peer, by rounds
     * @param peerVersion of Torch-Pruning
     */
    record Row(
            int groups,
            double read,
            double fresh,
            double freshCpu,
            double plain,
            double warm,
            int peerGroups,
            double peer,
            double ratio,
            String peerVersion) {}

    @Override
    public Integer call() throws Exception {
        List<Turns> all = new ArrayList<>();
        for (String network : NETWORKS) {
            all.add(new Turns(network, dir.resolve(network + ".onnx")));
        }
        for (int round = 0; round < rounds; round++) {
            for (Turns turns : all) {
                turns.ours();
            }
            if (python != null) {
                JsonNode peer = new JsonMapper()
                        .readTree(Child.run(List.of(
                                python.toString(),
                                Home.resolve("bench/peers/time_torch_pruning.py")
                                        .toString())));
                all.forEach(turns -> turns.peer(peer));
            }
        }
        Figures figures = new Figures(record);
        for (Turns turns : all) {
            String command = "bench/channel-groups DIR --rounds " + rounds + (python == null ? "" : " --python PYTHON");
            figures.add(Figures.Line.of(BENCH, turns.network, command, turns.row()));
        }
        System.out.println(BenchTables.CHANNEL_GROUPS.markdown(figures));
        System.out.println(new JsonMapper().writeValueAsString(figures.latest(BENCH)));
        return 0;
    }

    /** The rounds of one network. */
    private static final class Turns {
        private final String network;
        private final Path file;
        private final Model model;
        private final int groups;
        private final List<Double> read = new ArrayList<>();
        private final List<Double> fresh = new ArrayList<>();
        private final List<Double> freshCpu = new ArrayList<>();
        private final List<Double> plain = new ArrayList<>();
        private final List<Double> warm = new ArrayList<>();
        private final List<Double> peer = new ArrayList<>();
        private final List<Double> ratio = new ArrayList<>();
        private int peerGroups;
        private String peerVersion = "";

        Turns(String network, Path file) throws Exception {
            this.network = network;
            this.file = file;
            this.model = OnnxFile.read(file);
            this.groups = Fresh.groups(model).groups().size();
            Stopwatch.medianMillis(WARM_UP, () -> Fresh.groups(model));
        }

        void ours() throws Exception {
            Fresh started = Fresh.measure(Launcher.asEspalier(), Fresh.GROUPS, file);
            read.add(started.read());
            fresh.add(started.groups());
            freshCpu.add(started.cpu());
            plain.add(Fresh.measure(Launcher.plain(), Fresh.GROUPS, file).groups());
            warm.add(Stopwatch.medianMillis(WARM, () -> Fresh.groups(model)));
        }

        void peer(JsonNode report) {
            JsonNode mine = report.get("networks").get(network);
            peerGroups = mine.get("groups_found").asInt();
            peerVersion = report.get("torch_pruning").asString();
            double millis = 1000 * mine.get("median_seconds").get("total").asDouble();
            peer.add(millis);
            ratio.add(millis / warm.get(warm.size() - 1));
        }

        Row row() {
            return new Row(
                    groups,
                    median(read),
                    median(fresh),
                    median(freshCpu),
                    median(plain),
                    median(warm),
                    peerGroups,
                    median(peer),
                    median(ratio),
                    peerVersion);
        }

        private static double median(List<Double> values) {
            return values.isEmpty()
                    ? 0
                    : Timing.median(
                            values.stream().mapToDouble(Double::doubleValue).toArray());
        }
    }
}

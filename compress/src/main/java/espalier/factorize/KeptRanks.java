package espalier.factorize;

import espalier.onnx.WholeFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Ranks that were chosen by measuring, on disk: a run that was stopped goes on with the same, though latencies would come out otherwise.
 *
 * @param file a line for each layer: its ranks, a blank, its name
 */
record KeptRanks(Path file) {
    List<Split> orElse(Trial trial, Supplier<List<Split>> choice) {
        try {
            if (Files.exists(file)) {
                return read(trial);
            }
            List<Split> chosen = choice.get();
            write(chosen);
            return chosen;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<Split> read(Trial trial) throws IOException {
        Map<String, int[]> ranks = new LinkedHashMap<>();
        for (String line : Files.readAllLines(file)) {
            int blank = line.indexOf(' ');
            ranks.put(
                    line.substring(blank + 1),
                    Arrays.stream(line.substring(0, blank).split("/"))
                            .mapToInt(Integer::parseInt)
                            .toArray());
        }
        List<Split> splits = new ArrayList<>();
        for (Target t : trial.targets()) {
            int[] its = ranks.get(t.node().id());
            if (its != null) {
                splits.add(trial.split(t, its));
            }
        }
        return splits;
    }

    private void write(List<Split> splits) throws IOException {
        String text = splits.stream()
                .map(s -> s.ranks().stream().map(r -> Integer.toString(r)).collect(Collectors.joining("/")) + " "
                        + s.target().node().id() + "\n")
                .collect(Collectors.joining());
        Files.createDirectories(Objects.requireNonNull(file.toAbsolutePath().getParent()));
        WholeFile.write(text, file);
    }
}

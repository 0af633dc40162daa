package espalier.prune;

import espalier.graph.BadInputException;
import espalier.graph.Model;
import espalier.work.Workbench;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The analysis that a selection by sensitivity goes by. */
final class Analyses {
    private Analyses() {}

    static Sensitivity of(Prune settings, Model model, Workbench bench) {
        Optional<String> file = settings.selection().sensitivity();
        if (file.isEmpty()) {
            return Sensitivity.UNKNOWN;
        }
        if (file.get().isEmpty()) {
            return SensitivityAnalysis.before(settings).ofPrepared(model, bench);
        }
        return read(
                bench.base().resolve(file.get()),
                settings.granularity().plan(settings, model, bench).layers());
    }

    private static Sensitivity read(Path file, List<String> layers) {
        try {
            Sensitivity read = Sensitivity.read(file);
            if (layers.stream().noneMatch(read.layers()::containsKey)) {
                throw BadInputException.of(
                        "%s: tells of none of the layers that are to be pruned (%s): analyse this model",
                        file, Layers.named(layers));
            }
            return read;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

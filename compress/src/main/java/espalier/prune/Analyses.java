package espalier.prune;

import espalier.graph.Model;
import espalier.work.Workbench;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
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
            return SensitivityAnalysis.of(settings, model, SensitivityAnalysis.RATIOS, bench);
        }
        try {
            return Sensitivity.read(Path.of(file.get()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

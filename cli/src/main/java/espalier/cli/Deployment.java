package espalier.cli;

import espalier.exit.ExitPoints;
import espalier.graph.Model;
import espalier.pass.ExitStages;
import espalier.runtime.ExitManifest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** What a run writes besides its model, where the model asks for it. */
final class Deployment {
    private Deployment() {}

    /** A model with several exits is cut into stages. */
    static List<Path> write(Model model, Path folder) throws IOException {
        return ExitPoints.of(model).isPresent()
                ? List.of(ExitManifest.write(model, ExitStages.of(model), folder.resolve("stages")))
                : List.of();
    }
}

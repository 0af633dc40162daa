package espalier.cli;

import espalier.exit.ExitPoints;
import espalier.graph.Model;
import espalier.graph.Shape;
import espalier.pass.ExitStages;
import espalier.runtime.ExitManifest;
import espalier.width.Widths;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What a run writes besides its model, where the model asks for it. */
final class Deployment {
    private static final Duration TIME = Duration.ofSeconds(1);

    private Deployment() {}

    /**
     * A model with several exits is cut into stages, one with several widths becomes a family.
     *
     * @param shapes of inputs whose sizes are not fixed
     */
    static List<Path> write(Model model, Path folder, Map<String, Shape> shapes) throws IOException {
        List<Path> written = new ArrayList<>();
        if (ExitPoints.of(model).isPresent()) {
            written.add(ExitManifest.write(model, ExitStages.of(model, shapes), folder.resolve("stages")));
        }
        if (Widths.of(model).isPresent()) {
            written.add(WidthFamily.write(model, folder.resolve("widths"), shapes, TIME));
        }
        return written;
    }
}

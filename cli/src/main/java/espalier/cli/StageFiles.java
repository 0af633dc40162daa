package espalier.cli;

import espalier.graph.Graph;
import espalier.graph.Model;
import espalier.graph.ValueInfo;
import espalier.runtime.ExitManifest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The files of a network that is cut into stages. */
final class StageFiles {
    private StageFiles() {}

    /** In the order of the stages. */
    static List<ModelFile> read(Path manifest, ExitManifest stages) throws IOException {
        List<ModelFile> files = new ArrayList<>();
        for (ExitManifest.File s : stages.stages()) {
            files.add(ModelFile.read(manifest.resolveSibling(s.file().file())));
        }
        return files;
    }

    /** The first stage with the inputs of the whole network, some of which a later stage may read alone: what samples must fit. */
    static ModelFile entry(ExitManifest stages, List<ModelFile> files) {
        Map<String, ValueInfo> declared = new HashMap<>();
        files.forEach(f -> f.model().graph().requiredInputs().forEach(in -> declared.putIfAbsent(in.name(), in)));
        List<ValueInfo> inputs = stages.inputs().stream()
                .flatMap(in -> Optional.ofNullable(declared.get(in)).stream())
                .toList();
        Model first = files.get(0).model();
        Graph fed = first.graph().withInputs(inputs);
        return new ModelFile(files.get(0).path(), first.withGraph(fed));
    }
}

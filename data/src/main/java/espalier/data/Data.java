package espalier.data;

import espalier.graph.BadInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Opens whatever a user names as data. */
public final class Data {
    private Data() {}

    /**
     * @param spec a path, or a name of the catalog
     * @throws BadInputException when it is neither or its contents are not what they should be
     */
    public static DataSource open(String spec, Reading how) throws IOException {
        Path path = Path.of(spec);
        if (Files.isDirectory(path) && Idx.isFolder(path)) {
            return Idx.folder(path, List.of());
        }
        for (Path folder : how.searchPaths()) {
            if (Idx.isFolder(folder.resolve(spec))) {
                return Idx.folder(folder.resolve(spec), List.of());
            }
        }
        throw BadInputException.of(
                "%s: no such file, folder or data set: give a path or a name of the catalog", Names.of(spec));
    }
}

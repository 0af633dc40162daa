package espalier.cli;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Where data sets of the catalog lie. */
final class DataFolders {
    private DataFolders() {}

    /** Where {@code data fetch} puts them: the first of ESPALIER_DATA, or a folder of the user's. */
    static Path own() {
        return all().get(0);
    }

    /** In the order in which they are searched: the user's, then those that come with the sources. */
    static List<Path> all() {
        List<Path> folders = new ArrayList<>();
        String given = System.getenv("ESPALIER_DATA");
        if (given != null) {
            for (String folder : given.split(File.pathSeparator)) {
                folders.add(Path.of(folder));
            }
        }
        folders.add(Path.of(System.getProperty("user.home", "."), ".espalier", "data"));
        String home = System.getProperty("espalier.home");
        if (home != null) {
            folders.add(Path.of(home, "samples"));
        }
        return folders;
    }
}

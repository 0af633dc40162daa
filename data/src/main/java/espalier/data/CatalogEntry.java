package espalier.data;

import java.nio.file.Path;
import java.util.List;

/**
 * A data set that is known by name.
 *
 * @param name what users write
 * @param description one line
 * @param licence its terms
 * @param classNames by label; empty where the files hold them
 * @param files to be downloaded
 */
public record CatalogEntry(
        String name, String description, String licence, List<String> classNames, List<RemoteFile> files) {
    /** What a download takes. */
    public long bytes() {
        return files.stream().mapToLong(RemoteFile::bytes).sum();
    }

    /** Whether a folder holds this data set, as far as the names of its files tell. */
    boolean isIn(Path folder) {
        return Idx.isFolder(folder) || Cifar.inFolder(folder).isPresent();
    }
}

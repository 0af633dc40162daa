package espalier.data;

import java.net.URI;

/**
 * A file of the catalog.
 *
 * @param name under which it is kept
 * @param uri where its authors, or a mirror of long standing, offer it
 * @param bytes its size there
 * @param checksum it must have
 */
public record RemoteFile(String name, URI uri, long bytes, Checksum checksum) {
    boolean isArchive() {
        return name.endsWith(".tar.gz");
    }
}

package espalier.data;

import espalier.graph.BadInputException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Brings a data set of the catalog to this machine. A file grows under the name {@code NAME.part} and is renamed when its size and
 * checksum are right; a download that was interrupted goes on where it stopped.
 */
public final class Download {
    private static final int OK = 200;
    private static final int PARTIAL = 206;
    private static final int PAST_THE_END = 416;

    /** Is told how far the download is. */
    @FunctionalInterface
    public interface Progress {
        void at(RemoteFile file, long bytes);
    }

    private final Path folder;
    private final Progress progress;
    private final HttpClient client;

    private Download(Path folder, Progress progress) {
        this.folder = folder;
        this.progress = progress;
        this.client = HttpClient.newBuilder()
                .followRedirects(HttpClient.Redirect.NORMAL)
                .connectTimeout(Duration.ofSeconds(30))
                .build();
    }

    /**
     * Downloads what is not there yet, and unpacks archives.
     *
     * @param folder to hold the files; made where it does not exist
     * @throws IOException when the server or the disk fails; calling again goes on
     * @throws BadInputException when a file is not the one that the catalog names
     */
    public static void of(CatalogEntry entry, Path folder, Progress progress) throws IOException {
        Files.createDirectories(folder);
        Download download = new Download(folder, progress);
        for (RemoteFile file : entry.files()) {
            download.file(file, entry);
        }
    }

    private void file(RemoteFile file, CatalogEntry entry) throws IOException {
        if (file.isArchive() && entry.isIn(folder)) {
            return;
        }
        Path whole = folder.resolve(file.name());
        if (!Files.isRegularFile(whole) || !file.checksum().matches(whole)) {
            Path part = folder.resolve(file.name() + ".part");
            load(file, part);
            verify(file, part);
            Files.move(part, whole, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        }
        if (file.isArchive()) {
            unpack(whole);
        }
    }

    private void load(RemoteFile file, Path part) throws IOException {
        long have = Files.exists(part) ? Files.size(part) : 0;
        if (have == file.bytes()) {
            return;
        }
        HttpResponse<InputStream> response = request(file, have);
        boolean resumed = response.statusCode() == PARTIAL && have > 0;
        try (InputStream body = response.body()) {
            if (response.statusCode() == PAST_THE_END || have > file.bytes()) {
                Files.delete(part);
                throw failed(file, "does not go on from byte " + have + ": run the command again to start over");
            }
            if (response.statusCode() != OK && !resumed) {
                throw failed(
                        file,
                        "HTTP " + response.statusCode()
                                + ": the server does not give this file: get it elsewhere and put it into "
                                + Names.of(folder));
            }
            copy(file, body, part, resumed ? have : 0);
        }
    }

    private HttpResponse<InputStream> request(RemoteFile file, long have) throws IOException {
        HttpRequest.Builder request = HttpRequest.newBuilder(file.uri());
        if (have > 0) {
            request.header("Range", "bytes=" + have + "-");
        }
        try {
            return client.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException(file.uri() + ": interrupted: run the command again to go on");
        } catch (IOException e) {
            throw new IOException(
                    file.uri() + ": no connection (" + reason(e) + "): check the network, then run the command again",
                    e);
        }
    }

    private void copy(RemoteFile file, InputStream body, Path part, long from) throws IOException {
        StandardOpenOption how = from > 0 ? StandardOpenOption.APPEND : StandardOpenOption.TRUNCATE_EXISTING;
        long at = from;
        try (OutputStream out = Files.newOutputStream(part, StandardOpenOption.CREATE, StandardOpenOption.WRITE, how)) {
            byte[] chunk = new byte[1 << 16];
            for (int n = next(file, body, chunk); n >= 0 && at <= file.bytes(); n = next(file, body, chunk)) {
                out.write(chunk, 0, n);
                at += n;
                progress.at(file, at);
            }
        }
        if (at < file.bytes()) {
            throw failed(file, interrupted(at, file));
        }
    }

    private static int next(RemoteFile file, InputStream body, byte[] chunk) throws IOException {
        try {
            return body.read(chunk);
        } catch (IOException e) {
            throw new IOException(file.uri() + ": the connection broke: run the command again to go on", e);
        }
    }

    private static String interrupted(long at, RemoteFile file) {
        return String.format(
                Locale.ROOT, "ended after %d of %d bytes: run the command again to go on", at, file.bytes());
    }

    private static String reason(IOException e) {
        String message = e.getMessage();
        return message == null ? e.getClass().getSimpleName() : Names.of(message);
    }

    private static IOException failed(RemoteFile file, String what) {
        return new IOException(file.uri() + ": " + what);
    }

    private static void verify(RemoteFile file, Path part) throws IOException {
        boolean right = Files.size(part) == file.bytes() && file.checksum().matches(part);
        if (!right) {
            Files.delete(part);
            throw BadInputException.of(
                    "%s: not the file that the catalog names (size or %s differ): it was deleted; get it from another source",
                    file.uri(), file.checksum().algorithm());
        }
    }

    private void unpack(Path archive) throws IOException {
        Path unpacked = Files.createTempDirectory(folder, ".unpacked");
        try (DataFile in = DataFile.open(archive)) {
            Tar.unpack(in, unpacked);
            Cifar kind = Cifar.inFolder(unpacked)
                    .orElseThrow(() -> in.error("does not hold the files it should: get it from another source"));
            Files.move(unpacked, folder.resolve(kind.subfolder()), StandardCopyOption.ATOMIC_MOVE);
        } finally {
            delete(unpacked);
        }
        Files.delete(archive);
    }

    private static void delete(Path flatFolder) throws IOException {
        if (!Files.exists(flatFolder)) {
            return;
        }
        try (Stream<Path> files = Files.list(flatFolder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(flatFolder);
    }
}

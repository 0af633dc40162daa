package espalier.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import espalier.graph.BadInputException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DownloadTest {
    @TempDir
    Path folder;

    private HttpServer server;
    private byte[] content = new byte[300_000];
    private long breakAfter = Long.MAX_VALUE;
    private boolean ranges = true;
    private final List<String> asked = new ArrayList<>();

    @BeforeEach
    void start() throws IOException {
        new java.util.Random(1).nextBytes(content);
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/data", this::serve);
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private void serve(HttpExchange exchange) throws IOException {
        String range = exchange.getRequestHeaders().getFirst("Range");
        asked.add(String.valueOf(range));
        int from = range == null || !ranges ? 0 : Integer.parseInt(range.replaceAll("[^0-9]", ""));
        exchange.sendResponseHeaders(from > 0 ? 206 : 200, content.length - from);
        int until = (int) Math.min(content.length, breakAfter);
        exchange.getResponseBody().write(content, from, Math.max(0, until - from));
        exchange.getResponseBody().flush();
        exchange.close();
    }

    private CatalogEntry entry(String path, String name, Checksum checksum) {
        URI uri = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path);
        return new CatalogEntry("toy", "", "", List.of(), List.of(new RemoteFile(name, uri, content.length, checksum)));
    }

    private CatalogEntry entry() {
        return entry("/data", "toy.bin", new Checksum("SHA-256", hex("SHA-256", content), false));
    }

    private static String hex(String algorithm, byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance(algorithm).digest(bytes));
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void brings_a_file_and_tells_how_far_it_is() throws IOException {
        List<Long> told = new ArrayList<>();
        Download.of(entry(), folder, (file, bytes) -> told.add(bytes));
        assertThat(folder.resolve("toy.bin")).hasBinaryContent(content);
        assertThat(folder.resolve("toy.bin.part")).doesNotExist();
        assertThat(told).isSorted().endsWith(300_000L);
        Download.of(entry(), folder, (file, bytes) -> told.add(-1L));
        assertThat(asked).as("what is there is not asked for again").hasSize(1);
    }

    @Test
    void goes_on_where_it_was_interrupted() throws IOException {
        breakAfter = 200_000;
        assertThatThrownBy(() -> Download.of(entry(), folder, (file, bytes) -> {}))
                .isInstanceOf(IOException.class)
                .hasMessageEndingWith(": the connection broke: run the command again to go on");
        assertThat(folder.resolve("toy.bin")).doesNotExist();
        long have = Files.size(folder.resolve("toy.bin.part"));
        assertThat(have).isPositive();
        breakAfter = Long.MAX_VALUE;
        Download.of(entry(), folder, (file, bytes) -> {});
        assertThat(asked).containsExactly("null", "bytes=" + have + "-");
        assertThat(folder.resolve("toy.bin")).hasBinaryContent(content);
    }

    @Test
    void starts_over_where_the_server_cannot_go_on() throws IOException {
        ranges = false;
        Files.write(folder.resolve("toy.bin.part"), new byte[1000]);
        Download.of(entry(), folder, (file, bytes) -> {});
        assertThat(folder.resolve("toy.bin")).hasBinaryContent(content);
    }

    @Test
    void refuses_and_deletes_a_file_with_another_checksum() {
        CatalogEntry wrong = entry("/data", "toy.bin", new Checksum("MD5", "00", false));
        assertThatThrownBy(() -> Download.of(wrong, folder, (file, bytes) -> {}))
                .isInstanceOf(BadInputException.class)
                .hasMessage(wrong.files().get(0).uri() + ": not the file that the catalog names (size or MD5 differ):"
                        + " it was deleted; get it from another source");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void says_what_the_server_says() {
        CatalogEntry gone = entry("/gone", "toy.bin", new Checksum("MD5", "00", false));
        assertThatThrownBy(() -> Download.of(gone, folder, (file, bytes) -> {}))
                .isInstanceOf(IOException.class)
                .hasMessage(gone.files().get(0).uri() + ": HTTP 404: the server does not give this file:"
                        + " get it elsewhere and put it into " + folder);
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void says_when_there_is_no_server() {
        CatalogEntry nobody = entry();
        server.stop(0);
        assertThatThrownBy(() -> Download.of(nobody, folder, (file, bytes) -> {}))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith(nobody.files().get(0).uri() + ": no connection (")
                .hasMessageEndingWith("): check the network, then run the command again");
    }

    @Test
    void a_checksum_of_contents_holds_however_they_are_packed() throws IOException {
        byte[] plain = "the contents".getBytes(StandardCharsets.US_ASCII);
        content = gzip(plain);
        Download.of(entry("/data", "toy.gz", Checksum.ofContents(hex("SHA-256", plain))), folder, (file, bytes) -> {});
        assertThat(folder.resolve("toy.gz")).hasBinaryContent(content);
    }

    @Test
    void unpacks_an_archive_and_leaves_no_trace_of_it() throws IOException {
        ByteArrayOutputStream tar = new ByteArrayOutputStream();
        byte[] records = new byte[3074];
        records[1] = 42;
        tar.write(tarred("cifar-100-binary/train.bin", '0', records));
        tar.write(tarred("cifar-100-binary/link", '2', new byte[0]));
        tar.write(tarred("../../evil.txt", '0', new byte[] {1}));
        tar.write(new byte[1024]);
        content = gzip(tar.toByteArray());
        CatalogEntry archive = entry("/data", "cifar.tar.gz", new Checksum("MD5", hex("MD5", content), false));
        Path home = folder.resolve("in/here");
        Download.of(archive, home, (file, bytes) -> {});
        assertThat(Data.open(home.toString(), new Reading()).train().label(0)).isEqualTo(42);
        assertThat(home.toFile().list()).containsExactly("cifar-100-binary");
        assertThat(home.resolve("cifar-100-binary").toFile().list()).containsExactlyInAnyOrder("train.bin", "evil.txt");
        Download.of(archive, home, (file, bytes) -> {});
        assertThat(asked).hasSize(1);
    }

    @Test
    void refuses_an_archive_that_holds_something_else() throws IOException {
        content = gzip(new byte[1024]);
        CatalogEntry archive = entry("/data", "cifar.tar.gz", new Checksum("MD5", hex("MD5", content), false));
        assertThatThrownBy(() -> Download.of(archive, folder, (file, bytes) -> {}))
                .hasMessage(folder.resolve("cifar.tar.gz")
                        + ": does not hold the files it should: get it from another source");
        assertThat(folder.toFile().list()).containsExactly("cifar.tar.gz");
    }

    private static byte[] tarred(String name, char kind, byte[] bytes) {
        byte[] entry = new byte[512 + (bytes.length + 511) / 512 * 512];
        System.arraycopy(name.getBytes(StandardCharsets.US_ASCII), 0, entry, 0, name.length());
        byte[] size = String.format(Locale.ROOT, "%011o", bytes.length).getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(size, 0, entry, 124, size.length);
        entry[156] = (byte) kind;
        System.arraycopy(bytes, 0, entry, 512, bytes.length);
        return Arrays.copyOf(entry, entry.length);
    }

    private static byte[] gzip(byte[] plain) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
            out.write(plain);
        }
        return packed.toByteArray();
    }
}

package espalier.data;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * What identifies a file.
 *
 * @param algorithm {@code SHA-256}, or {@code MD5} where the authors publish no better one
 * @param hex the digest
 * @param ofContents whether it is that of the unpacked bytes, which stay the same when somebody packs them again
 */
public record Checksum(String algorithm, String hex, boolean ofContents) {
    static Checksum ofContents(String sha256) {
        return new Checksum("SHA-256", sha256, true);
    }

    boolean matches(Path file) throws IOException {
        return hex.equals(compute(file));
    }

    private String compute(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file);
                InputStream bytes = ofContents ? new GZIPInputStream(in, 1 << 16) : in) {
            return digest(algorithm, bytes);
        } catch (ZipException | EOFException e) {
            return "none, as it cannot be unpacked";
        }
    }

    /** The SHA-256 of the bytes of some files and of the names of them and their folders, in order: what an experiment read. */
    static String sha256(List<Path> files) throws IOException {
        MessageDigest all = algorithm("SHA-256");
        for (Path file : files) {
            all.update(name(file).getBytes(StandardCharsets.UTF_8));
            try (InputStream in = Files.newInputStream(file)) {
                all.update(digest("SHA-256", in).getBytes(StandardCharsets.US_ASCII));
            }
        }
        return HexFormat.of().formatHex(all.digest());
    }

    private static String name(Path file) {
        Path absolute = file.toAbsolutePath().normalize();
        int n = absolute.getNameCount();
        return absolute.subpath(Math.max(0, n - 2), n).toString();
    }

    private static String digest(String algorithm, InputStream in) throws IOException {
        MessageDigest digest = algorithm(algorithm);
        new DigestInputStream(in, digest).transferTo(OutputStream.nullOutputStream());
        return HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest algorithm(String name) {
        try {
            return MessageDigest.getInstance(name);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // both are required of every Java platform
        }
    }
}

package espalier.runtime;

import espalier.graph.BadInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A file beside a manifest.
 *
 * @param file its name, in the manifest's folder
 * @param sha256 of its contents, hexadecimal
 * @param bytes its size
 */
public record Artifact(String file, String sha256, long bytes) {
    private static final long MOST_TEXT = 1 << 24;

    /** What a file is now. */
    public static Artifact of(Path path) throws IOException {
        byte[] content = Files.readAllBytes(path);
        return new Artifact(String.valueOf(path.getFileName()), sha256(content), content.length);
    }

    static Artifact of(JsonObject json) {
        String file = json.text("file");
        if (file.isEmpty() || file.startsWith(".") || file.matches(".*[/\\\\:\\x00].*")) {
            throw BadInputException.of("%s: '%s' is not the name of a file beside it", json.where(), file);
        }
        return new Artifact(file, json.text("sha256"), json.whole("bytes"));
    }

    /**
     * The contents.
     *
     * @throws BadInputException when the file is missing or is not what the manifest says
     */
    byte[] read(Path manifest) throws IOException {
        Path path = manifest.toAbsolutePath().resolveSibling(file);
        if (!Files.isRegularFile(path)) {
            throw BadInputException.of("%s: '%s' is missing beside it: copy the whole folder", manifest, file);
        }
        byte[] content = Files.size(path) == bytes ? Files.readAllBytes(path) : new byte[0];
        if (content.length != bytes || !sha256(content).equals(sha256)) {
            throw BadInputException.of(
                    "%s: '%s' is not the file it was written for (SHA-256 differs): copy the whole folder again",
                    manifest, file);
        }
        return content;
    }

    private static String sha256(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** A manifest's text. */
    static String text(Path manifest) throws IOException {
        if (Files.size(manifest) > MOST_TEXT) {
            throw BadInputException.of("%s: is too large for a manifest", manifest);
        }
        return Files.readString(manifest);
    }
}

package espalier.data;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Archives as POSIX 1003.1 describes them under "ustar": blocks of 512 bytes, a header before each file. */
final class Tar {
    private static final int BLOCK = 512;
    private static final int NAME = 100;
    private static final int SIZE = 124;
    private static final int KIND = 156;
    private static final int MOST_ENTRIES = 1000;

    private Tar() {}

    /** Unpacks the plain files into one folder, under the last part of their names; everything else is passed over. */
    static void unpack(DataFile archive, Path into) throws IOException {
        for (int i = 0; i < MOST_ENTRIES; i++) {
            byte[] header = archive.bytes(BLOCK, "header");
            String name = text(header, 0, NAME);
            if (name.isEmpty()) {
                return;
            }
            long size = size(archive, header);
            byte[] content = archive.bytes(size, "contents");
            archive.bytes(Math.floorMod(-size, BLOCK), "padding");
            String last = name.substring(name.lastIndexOf('/') + 1);
            if (isPlain(header[KIND]) && last.matches("[A-Za-z0-9_][A-Za-z0-9_.-]*")) {
                Files.write(into.resolve(last), content);
            }
        }
        throw archive.error("more than %d files: get it again", MOST_ENTRIES);
    }

    private static boolean isPlain(byte kind) {
        return kind == '0' || kind == 0;
    }

    private static long size(DataFile archive, byte[] header) {
        try {
            return Long.parseLong(text(header, SIZE, 12).strip(), 8);
        } catch (NumberFormatException e) {
            throw archive.error("damaged tar header: get it again");
        }
    }

    private static String text(byte[] header, int from, int length) {
        String padded = new String(header, from, length, StandardCharsets.ISO_8859_1);
        int end = padded.indexOf(0);
        return end < 0 ? padded : padded.substring(0, end);
    }
}

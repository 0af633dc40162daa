package espalier.data;

import espalier.graph.BadInputException;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * A file read from front to back, unpacked on the way where it is gzip, that never gives more bytes than its size on disk can
 * honestly hold.
 */
final class DataFile implements AutoCloseable {
    /** What a gzip file may unpack to: real data stay far below, deflate itself reaches 1032:1. */
    private static final long RATIO = 100;

    private static final long ALWAYS_ALLOWED = 64L << 20;

    private final String name;
    private final InputStream in;
    private final boolean packed;
    private final long limit;
    private long taken;

    private DataFile(String name, InputStream in, boolean packed, long limit) {
        this.name = name;
        this.in = in;
        this.packed = packed;
        this.limit = limit;
    }

    /**
     * @throws IOException when the file cannot be read
     * @throws BadInputException when it is no regular file
     */
    static DataFile open(Path path) throws IOException {
        if (!Files.isRegularFile(path)) {
            throw BadInputException.of("%s: not a file: give a file that exists", Names.of(path));
        }
        long size = Files.size(path);
        InputStream in = new BufferedInputStream(Files.newInputStream(path), 1 << 16);
        in.mark(2);
        boolean packed = in.read() == 0x1f && in.read() == 0x8b;
        in.reset();
        if (!packed) {
            return new DataFile(Names.of(path), in, false, size);
        }
        try {
            return new DataFile(Names.of(path), new GZIPInputStream(in, 1 << 16), true, mostFrom(size));
        } catch (ZipException | EOFException e) {
            in.close();
            throw damaged(Names.of(path), e);
        }
    }

    /**
     * Part of an archive.
     *
     * @param name as messages call it
     * @param packedBytes its size in the archive
     */
    static DataFile part(String name, InputStream in, long packedBytes) {
        return new DataFile(name, in, true, mostFrom(packedBytes));
    }

    private static long mostFrom(long packedBytes) {
        return ALWAYS_ALLOWED + RATIO * packedBytes;
    }

    /** Unpacked bytes that are left; known only of a plain file, else the most that will be given. */
    long atMost() {
        return limit - taken;
    }

    /**
     * The next {@code count} bytes.
     *
     * @param what they are, for the message
     */
    byte[] bytes(long count, String what) throws IOException {
        if (count > Integer.MAX_VALUE - 8) {
            throw error("%s of %d bytes exceed 2 GiB: split the file", what, count);
        }
        if (count > atMost()) {
            throw packed
                    ? error("claims %d bytes of %s, more than a file of its size can hold: get it again", count, what)
                    : truncated(what, count, atMost());
        }
        byte[] bytes = new byte[(int) count];
        int got = read(bytes);
        if (got < bytes.length) {
            throw truncated(what, count, got);
        }
        taken += count;
        return bytes;
    }

    /** The next four bytes, big-endian, as an unsigned number. */
    long unsignedInt(String what) throws IOException {
        return Integer.toUnsignedLong(ByteBuffer.wrap(bytes(4, what)).getInt());
    }

    /** All bytes that are left, up to the file's limit. */
    byte[] rest(String what) throws IOException {
        try {
            byte[] bytes = in.readNBytes((int) Math.min(Integer.MAX_VALUE - 8, atMost()));
            taken += bytes.length;
            requireEnd(what);
            return bytes;
        } catch (ZipException | EOFException e) {
            throw damaged(e);
        }
    }

    /** All bytes that are left, as they are asked for, up to the file's limit. */
    InputStream stream() {
        return new InputStream() {
            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] into, int offset, int length) throws IOException {
                int got = some(into, offset, length);
                taken += Math.max(0, got);
                if (taken > limit) {
                    throw error("unpacks to more than a file of its size can hold: get it again");
                }
                return got;
            }
        };
    }

    private int some(byte[] into, int offset, int length) throws IOException {
        try {
            return in.read(into, offset, length);
        } catch (ZipException | EOFException e) {
            throw damaged(e);
        }
    }

    /** Nothing may follow. */
    void requireEnd(String what) throws IOException {
        if (read(new byte[1]) > 0) {
            throw error("has more bytes than its %s account for: get it again", what);
        }
    }

    private int read(byte[] into) throws IOException {
        try {
            return in.readNBytes(into, 0, into.length);
        } catch (ZipException | EOFException e) {
            throw damaged(e);
        }
    }

    private BadInputException truncated(String what, long wanted, long got) {
        return error("truncated: %d bytes of %s, %d expected: get it again", got, what, wanted);
    }

    BadInputException error(String template, Object... arguments) {
        return new BadInputException(name + ": " + String.format(java.util.Locale.ROOT, template, arguments));
    }

    private BadInputException damaged(IOException e) {
        return damaged(name, e);
    }

    private static BadInputException damaged(String name, IOException e) {
        return new BadInputException(name + ": truncated or damaged packed file: get it again", e);
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}

package espalier.pack;

import espalier.graph.BadInputException;

/** Bits being read, each byte from its highest bit on. */
final class BitSource {
    private final byte[] bytes;
    private final int end;
    private int at;
    private long window;
    private int count;

    BitSource(byte[] bytes, int from, int end) {
        this.bytes = bytes;
        this.at = from;
        this.end = end;
    }

    /** The next bits without taking them, zeros behind the end; at most 32. */
    int peek(int width) {
        fill(width);
        return (int) (window >>> count - width & (1L << width) - 1);
    }

    private void fill(int width) {
        while (count < width) {
            window = window << 8 | (at < end ? bytes[at] & 0xff : 0);
            at++;
            count += 8;
        }
    }

    void skip(int width) {
        fill(width);
        count -= width;
        if (at - count / 8 > end) {
            throw BadInputException.of("ends too early, at byte %d", end);
        }
    }

    int get(int width) {
        int value = peek(width);
        skip(width);
        return value;
    }

    int golomb(int order, int most) {
        int zeros = 0;
        while (get(1) == 0) {
            if (++zeros + order > 30) {
                throw new BadInputException("a number is too long");
            }
        }
        int low = zeros + order == 0 ? 0 : get(zeros + order);
        int value = (1 << zeros + order | low) - (1 << order);
        if (value > most) {
            throw BadInputException.of("a number of %d is above the limit of %d", value, most);
        }
        return value;
    }

    /** Where the next whole byte begins; the bits that fill up the last one must be zeros. */
    int wholeBytesEnd() {
        int fill = count % 8;
        if (fill > 0 && get(fill) != 0) {
            throw new BadInputException("bits that must be zero are not");
        }
        return at - count / 8;
    }
}

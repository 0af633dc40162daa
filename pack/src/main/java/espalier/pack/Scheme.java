package espalier.pack;

import espalier.graph.BadInputException;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.IntStream;

/** How the elements of a tensor are written; the order is that of their numbers in the file. */
enum Scheme {
    /** Every element as it is. */
    DENSE {
        @Override
        Optional<byte[]> encode(Elements e) {
            ByteSink out = new ByteSink();
            out.u8(ordinal());
            put(e, IntStream.range(0, e.patterns().length).toArray(), out);
            return Optional.of(out.toByteArray());
        }

        @Override
        void decode(ByteSource in, Elements into, boolean transposed) {
            refuse(transposed);
            for (int i = 0; i < into.patterns().length; i++) {
                into.patterns()[i] = (int) in.number(into.width());
            }
        }
    },

    /** A codebook, and a label for every element. */
    LABELS {
        @Override
        Optional<byte[]> encode(Elements e) {
            int[] places = IntStream.range(0, e.patterns().length).toArray();
            return smallest(e, true, codebook -> {
                ByteSink out = new ByteSink();
                out.u8(ordinal());
                codebook.write(e.width(), out);
                Coder.encodeSmallest(codebook.labels(e, places), codebook.size(), out);
                return out.toByteArray();
            });
        }

        @Override
        void decode(ByteSource in, Elements into, boolean transposed) {
            refuse(transposed);
            Codebook codebook = Codebook.read(in, into);
            int[] patterns = into.patterns();
            Coder.decodeAny(in, codebook.size(), patterns);
            int[] values = codebook.values();
            int part = patterns.length / codebook.rows();
            for (int r = 0, i = 0; r < codebook.rows(); r++) {
                int base = r * codebook.size();
                for (int end = i + part; i < end; i++) {
                    patterns[i] = values[base + patterns[i]];
                }
            }
        }
    },

    /** The places of what is not zero, a codebook, and labels for those places. */
    SPARSE_LABELS {
        @Override
        Optional<byte[]> encode(Elements e) {
            if (isDense(e)) {
                return Optional.empty();
            }
            return smallest(
                    e,
                    false,
                    codebook -> sparse(this, e, (places, out) -> {
                        codebook.write(e.width(), out);
                        Coder.encodeSmallest(codebook.labels(e, places), codebook.size(), out);
                    }));
        }

        @Override
        void decode(ByteSource in, Elements into, boolean transposed) {
            int[] places = places(in, into, transposed);
            if (places.length == 0) {
                return;
            }
            Codebook codebook = Codebook.read(in, into);
            int[] labels = new int[places.length];
            Coder.decodeAny(in, codebook.size(), labels);
            int part = into.patterns().length / codebook.rows();
            for (int i = 0; i < places.length; i++) {
                into.patterns()[places[i]] = codebook.values()[places[i] / part * codebook.size() + labels[i]];
            }
        }
    },

    /** The places of what is not zero, and the elements there as they are. */
    SPARSE_VALUES {
        @Override
        Optional<byte[]> encode(Elements e) {
            return isDense(e) ? Optional.empty() : Optional.of(sparse(this, e, (places, out) -> put(e, places, out)));
        }

        @Override
        void decode(ByteSource in, Elements into, boolean transposed) {
            for (int place : places(in, into, transposed)) {
                into.patterns()[place] = (int) in.number(into.width());
            }
        }
    };

    private static final int TRANSPOSED = 0x80;
    private static final double DENSE_ABOVE = 0.75;

    /** The whole section, or empty where this scheme cannot or need not be tried. */
    abstract Optional<byte[]> encode(Elements e);

    abstract void decode(ByteSource in, Elements into, boolean transposed);

    @FunctionalInterface
    private interface WithCodebook {
        byte[] encode(Codebook codebook);
    }

    @FunctionalInterface
    private interface AtPlaces {
        void write(int[] places, ByteSink out);
    }

    /** With one codebook or one for each row. */
    private static Optional<byte[]> smallest(Elements e, boolean zeros, WithCodebook written) {
        Optional<byte[]> one = Codebook.of(e, zeros, 1).map(written::encode);
        if (e.rows() < 2) {
            return one;
        }
        Optional<byte[]> rows = Codebook.of(e, zeros, e.rows()).map(written::encode);
        return one.isEmpty() || rows.isPresent() && rows.get().length < one.get().length ? rows : one;
    }

    /** Row by row or column by column, whatever makes the gaps smaller. */
    private static byte[] sparse(Scheme scheme, Elements e, AtPlaces rest) {
        byte[] straight = sparse(scheme.ordinal(), e, nonZeros(e), nonZeros(e), rest);
        if (e.rows() < 2 || e.rows() == e.patterns().length) {
            return straight;
        }
        int[] walk = e.transposed();
        int[] order = IntStream.range(0, walk.length)
                .filter(i -> e.patterns()[walk[i]] != 0)
                .toArray();
        int[] places = Arrays.stream(order).map(i -> walk[i]).toArray();
        byte[] across = sparse(scheme.ordinal() | TRANSPOSED, e, order, places, rest);
        return across.length < straight.length ? across : straight;
    }

    private static byte[] sparse(int head, Elements e, int[] order, int[] places, AtPlaces rest) {
        ByteSink out = new ByteSink();
        out.u8(head);
        out.varint(order.length);
        if (order.length > 0) {
            Gaps.encode(order, out);
            rest.write(places, out);
        }
        return out.toByteArray();
    }

    private static int[] nonZeros(Elements e) {
        return IntStream.range(0, e.patterns().length)
                .filter(i -> e.patterns()[i] != 0)
                .toArray();
    }

    private static boolean isDense(Elements e) {
        return nonZeros(e).length > DENSE_ABOVE * e.patterns().length;
    }

    private static int[] places(ByteSource in, Elements into, boolean transposed) {
        int n = into.patterns().length;
        int count = in.varint(n, "a number of elements");
        if (count == 0) {
            return new int[0];
        }
        int[] places = Gaps.decode(in, count, n);
        if (transposed) {
            int columns = n / into.rows();
            for (int i = 0; i < count; i++) {
                places[i] = places[i] % into.rows() * columns + places[i] / into.rows();
            }
        }
        return places;
    }

    private static void put(Elements e, int[] places, ByteSink out) {
        for (int place : places) {
            out.number(e.patterns()[place], e.width());
        }
    }

    private static void refuse(boolean transposed) {
        if (transposed) {
            throw new BadInputException("a section without places cannot run across");
        }
    }

    /** A section in the scheme that needs fewest bytes. */
    static byte[] encodeSmallest(Elements e) {
        byte[] best = DENSE.encode(e).orElseThrow();
        for (Scheme s : values()) {
            byte[] trial = s.encode(e).orElse(best);
            best = trial.length < best.length ? trial : best;
        }
        return best;
    }

    static void decodeAny(ByteSource in, Elements into) {
        int head = in.u8();
        int number = head & ~TRANSPOSED;
        if (number >= values().length) {
            throw BadInputException.of("scheme %d is not known", number);
        }
        values()[number].decode(in, into, (head & TRANSPOSED) != 0);
    }

    /** The scheme that a section is written in. */
    static Scheme of(byte[] section) {
        return values()[section[0] & ~TRANSPOSED & 0xff];
    }
}

package espalier.pack;

import espalier.graph.Tensor;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;

/** What a tensor takes after pruning, with a codebook, and at best with entropy coding. */
final class Stages {
    private Stages() {}

    static Packing.Line of(String name, Tensor t, byte[] section) {
        long dense = t.bytes();
        String scheme = Scheme.of(section).name().toLowerCase(Locale.ROOT).replace('_', ' ');
        if (!Elements.fit(t)) {
            return new Packing.Line(
                    name, t.shape(), scheme, dense, t.elements(), 0, dense, dense, section.length, dense);
        }
        Elements e = Elements.of(t);
        int[] places = IntStream.range(0, e.patterns().length)
                .filter(i -> e.patterns()[i] != 0)
                .toArray();
        long pruned = Math.min(dense, bytes(Gaps.fixedBits(places, 8 * e.width())));
        Optional<Codebook> codebook = places.length == 0
                ? Optional.empty()
                : Codebook.of(e, false, 1).or(() -> e.rows() < 2 ? Optional.empty() : Codebook.of(e, false, e.rows()));
        if (codebook.isEmpty()) {
            return new Packing.Line(
                    name, t.shape(), scheme, dense, places.length, 0, pruned, pruned, section.length, pruned);
        }
        Codebook book = codebook.get();
        ByteSink written = new ByteSink();
        book.write(e.width(), written);
        int labelBits = FixedWidth.width(book.size());
        long labelled = written.size()
                + Math.min(
                        bytes(Gaps.fixedBits(places, labelBits)),
                        bytes((long) e.patterns().length * FixedWidth.width(book.size() + 1)));
        return new Packing.Line(
                name,
                t.shape(),
                scheme,
                dense,
                places.length,
                book.size(),
                pruned,
                Math.min(pruned, labelled),
                section.length,
                written.size() + bound(e, book, places) / 8);
    }

    private static double bound(Elements e, Codebook book, int[] places) {
        double labels = Coder.entropyBits(Coder.counts(book.labels(e, places), book.size()));
        double n = e.patterns().length;
        double share = places.length / n;
        double zeros = share == 1 ? 0 : -n * ((1 - share) * log2(1 - share) + share * log2(share));
        return labels + zeros;
    }

    private static double log2(double x) {
        return Math.log(x) / Math.log(2);
    }

    private static long bytes(long bits) {
        return (bits + 7) / 8;
    }
}

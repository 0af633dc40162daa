package espalier.pack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import espalier.graph.BadInputException;
import java.util.Random;
import java.util.zip.Deflater;
import org.junit.jupiter.api.Test;

class CoderTest {
    private static byte[] encoded(Coder coder, int[] symbols, int alphabet) {
        ByteSink out = new ByteSink();
        coder.encode(symbols, alphabet, out);
        return out.toByteArray();
    }

    /** Distributions of every kind: flat, geometric, one symbol, one in 2^15, a few of many. */
    private static int[] symbols(Random random, int alphabet, int kind) {
        int n = kind == 3 ? 1 << 15 : random.nextInt(kind == 4 ? 4 : 200);
        int[] s = new int[n];
        double p = random.nextDouble();
        int rare = random.nextInt(alphabet);
        for (int i = 0; i < n; i++) {
            s[i] = switch (kind) {
                case 0 -> random.nextInt(alphabet);
                case 1 -> Math.min(alphabet - 1, (int) (Math.log(random.nextDouble()) / Math.log(p)));
                case 2 -> rare;
                case 3 -> i == 77 ? alphabet - 1 : 0;
                default -> random.nextInt(alphabet);
            };
        }
        return s;
    }

    @Test
    void gives_back_what_it_took_whatever_the_distribution() {
        Random random = new Random(1);
        for (int trial = 0; trial < 10_000; trial++) {
            int kind = trial % 500 == 3 ? 3 : new int[] {0, 1, 2, 4}[trial % 4];
            int alphabet = 1 + random.nextInt(trial % 400 == 0 ? 4096 : 40);
            int[] symbols = symbols(random, alphabet, kind);
            for (Coder coder : Coder.ALL) {
                if (symbols.length > 0) {
                    byte[] bytes = encoded(coder, symbols, alphabet);
                    ByteSource in = new ByteSource(bytes);
                    int[] decoded = new int[symbols.length];
                    coder.decode(in, alphabet, decoded);
                    assertThat(decoded).isEqualTo(symbols);
                    assertThat(in.left()).isZero();
                }
            }
            ByteSink any = new ByteSink();
            Coder.encodeSmallest(symbols, alphabet, any);
            int[] decoded = new int[symbols.length];
            Coder.decodeAny(new ByteSource(any.toByteArray()), alphabet, decoded);
            assertThat(decoded).isEqualTo(symbols);
        }
    }

    @Test
    void comes_within_a_hundredth_of_the_entropy_and_beats_deflate() {
        Random random = new Random(2);
        for (double spread : new double[] {0.3, 1, 3, 20}) {
            int[] labels = new int[200_000];
            byte[] plain = new byte[labels.length];
            for (int i = 0; i < labels.length; i++) {
                labels[i] = (int) Math.max(0, Math.min(255, Math.round(128 + spread * random.nextGaussian())));
                plain[i] = (byte) labels[i];
            }
            double bound = Coder.entropyBits(Coder.counts(labels, 256)) / 8;
            int coded = encoded(new Rans(), labels, 256).length;
            assertThat((double) coded).isBetween(bound, 1.01 * bound);
            assertThat(coded).isLessThan(encoded(new Huffman(), labels, 256).length);
            for (int strategy : new int[] {Deflater.DEFAULT_STRATEGY, Deflater.HUFFMAN_ONLY}) {
                Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION, true);
                deflater.setStrategy(strategy);
                deflater.setInput(plain);
                deflater.finish();
                int deflated = 0;
                while (!deflater.finished()) {
                    deflated += deflater.deflate(new byte[plain.length]);
                }
                assertThat(coded).isLessThan(deflated);
                deflater.end();
            }
        }
    }

    @Test
    void stays_near_the_entropy_where_one_symbol_is_nearly_everything() {
        int[] symbols = new int[1 << 18];
        for (int i = 0; i < 8; i++) {
            symbols[i << 15] = 1;
        }
        double bound = Coder.entropyBits(Coder.counts(symbols, 2)) / 8; // 17 bytes for 262,144 symbols
        assertThat(encoded(new Rans(), symbols, 2).length).isLessThan((int) bound + 20);
    }

    @Test
    void has_huffman_lengths_as_worked_by_hand() {
        // 1 1 | 2 -> 4; 4 + 4 -> 8: lengths 3 3 2 1
        assertThat(Huffman.lengths(new int[] {1, 1, 2, 4, 0})).containsExactly(3, 3, 2, 1, 0);
        assertThat(Huffman.lengths(new int[] {0, 9})).containsExactly(0, 1);
    }

    @Test
    void bounds_huffman_lengths_where_fibonacci_would_make_them_long() {
        int[] counts = new int[30];
        counts[0] = 1;
        counts[1] = 1;
        for (int i = 2; i < counts.length; i++) {
            counts[i] = counts[i - 1] + counts[i - 2];
        }
        double kraft = 0;
        for (int l : Huffman.lengths(counts)) {
            assertThat(l).isBetween(1, Huffman.LONGEST);
            kraft += Math.pow(2, -l);
        }
        assertThat(kraft).isEqualTo(1);
    }

    @Test
    void refuses_lengths_that_make_no_code_and_frequencies_that_do_not_add_up() {
        ByteSink lengths = new ByteSink();
        lengths.bytes(new byte[] {0x11, 0x10, 0, 0});
        assertThatThrownBy(() -> new Huffman().decode(new ByteSource(lengths.toByteArray()), 3, new int[3]))
                .isInstanceOf(BadInputException.class)
                .hasMessage("the code lengths do not make a code");
        ByteSink frequencies = new ByteSink();
        frequencies.u8(0x70);
        frequencies.bytes(new byte[20]);
        assertThatThrownBy(() -> new Rans().decode(new ByteSource(frequencies.toByteArray()), 3, new int[3]))
                .isInstanceOf(BadInputException.class);
    }
}

package espalier.distill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import espalier.config.Component;
import espalier.config.Family;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Values that bench/peers/distillation_values.py computed from the papers' formulas, loop by loop, in double precision. */
class IndependentTest {
    private static final Map<String, double[]> FILE = read();
    private static final Map<String, long[]> SHAPES =
            Map.of("logits", new long[] {6, 5}, "early", new long[] {6, 3, 4, 4}, "late", new long[] {6, 2, 2, 2});

    private static Map<String, double[]> read() {
        Map<String, double[]> all = new HashMap<>();
        try (var in = IndependentTest.class.getResourceAsStream("independent.txt")) {
            for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n")) {
                String[] halves = line.split(": ");
                all.put(
                        halves[0],
                        Arrays.stream(halves[1].split(" "))
                                .mapToDouble(Double::parseDouble)
                                .toArray());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return all;
    }

    private static Seen seen(String who) {
        Map<String, float[]> numbers = new HashMap<>();
        Map<String, long[]> shapes = new HashMap<>(SHAPES);
        FILE.forEach((name, values) -> {
            if (name.startsWith(who + ".")) {
                float[] floats = new float[values.length];
                for (int i = 0; i < floats.length; i++) {
                    floats[i] = (float) values[i];
                }
                numbers.put(name.substring(who.length() + 1), floats);
            }
        });
        shapes.put("embedding", new long[] {6, numbers.get("embedding").length / 6});
        return new Seen(numbers, 6, 5, shapes);
    }

    static Stream<Family.Member<Distillation>> losses() {
        return Family.of(Distillation.class).members().stream().filter(m -> FILE.containsKey(m.key()));
    }

    @ParameterizedTest
    @MethodSource("losses")
    void agrees_with_numpy(Family.Member<Distillation> member) {
        Distillation loss = Component.defaults(member.type());
        double expected = FILE.get(member.key())[0];
        long[] labels =
                Arrays.stream(FILE.get("labels")).mapToLong(v -> (long) v).toArray();
        try (PointerScope scope = new PointerScope()) {
            double value = loss.loss(
                            seen("student").of(loss, true, labels),
                            seen("teacher").of(loss, false, labels))
                    .item_double();
            assertThat(value).isCloseTo(expected, within(1e-5 * Math.max(1, expected)));
        }
    }
}

package espalier.channel;

import static org.assertj.core.api.Assertions.assertThat;

import espalier.graph.Model;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Networks at random: {@code -Despalier.randomNets=2000} for more of them, {@code -Despalier.firstNet=1234} for one again. */
class RandomNetsTest {
    private static final int NETS = Integer.getInteger("espalier.randomNets", 250);
    private static final long FIRST = Long.getLong("espalier.firstNet", 0L);

    @Test
    void a_cut_computes_what_the_masked_network_computes() {
        int sensitive = 0;
        int groups = 0;
        for (long seed = FIRST; seed < FIRST + NETS; seed++) {
            Model model = RandomNets.of(seed);
            ChannelGroups g = groups(model, seed);
            groups += g.groups().size();
            Choice choice = Referee.half(g, seed);
            Model masked = Masked.apply(model, choice);
            assertThat(difference(masked, cut(model, choice, seed), seed))
                    .as("network %d", seed)
                    .isLessThan(1e-4);
            Model other = Masked.apply(model, Referee.half(g, seed + 1));
            sensitive += g.groups().isEmpty() || Referee.difference(masked, other, 2) > 1e-3 ? 1 : 0;
        }
        assertThat(sensitive).as("networks in which the choice matters").isGreaterThan(NETS * 8 / 10);
        assertThat(groups).isGreaterThan(2 * NETS);
    }

    @Test
    void channels_in_another_order_compute_the_same() {
        int moved = 0;
        for (long seed = FIRST; seed < FIRST + NETS / 5; seed++) {
            Model model = RandomNets.of(seed);
            ChannelGroups g = groups(model, seed);
            double[] scores = new Random(seed).doubles(g.units()).toArray();
            Model ordered = Ordered.apply(model, g, scores);
            assertThat(difference(model, ordered, seed)).as("network %d", seed).isLessThan(1e-4);
            moved += ordered.equals(model) ? 0 : 1;
        }
        assertThat(moved).as("networks whose channels moved").isGreaterThan(NETS / 5 * 8 / 10);
    }

    private static ChannelGroups groups(Model model, long seed) {
        try {
            return ChannelGroups.of(model);
        } catch (RuntimeException e) {
            throw new AssertionError("network " + seed, e);
        }
    }

    private static Model cut(Model model, Choice choice, long seed) {
        try {
            return Cut.apply(model, choice);
        } catch (RuntimeException e) {
            throw new AssertionError("network " + seed, e);
        }
    }

    private static double difference(Model masked, Model cut, long seed) {
        try {
            return Referee.difference(masked, cut, 2);
        } catch (RuntimeException e) {
            throw new AssertionError("network " + seed, e);
        }
    }
}

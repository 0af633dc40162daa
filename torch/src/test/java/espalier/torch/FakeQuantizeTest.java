package espalier.torch;

import static org.assertj.core.api.Assertions.assertThat;

import espalier.graph.Shape;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;

/**
 * On the grid 0.5 (q - 2), q from 0 to 7, which reaches from -1 to 2.5: 0.6 lies between 0.5 and 1, q - zero = 1; -3 is clipped at -2
 * and 9 at 5; 0.75 is in the middle, and 1.5 rounds to the even 2.
 */
class FakeQuantizeTest {
    private static final FakeQuantize GRID = new FakeQuantize(2, 0, 7);

    private static Tensor leaf(float... values) {
        Tensor t = Tensors.of(
                espalier.graph.Tensor.floats(values.length == 1 ? Shape.SCALAR : Shape.of(values.length), values));
        t.set_requires_grad(true);
        return t;
    }

    private static float[] floats(Tensor t) {
        return Tensors.toHost(t.detach()).toFloats();
    }

    @Test
    void the_gradient_passes_rounding_and_stops_at_the_ends() {
        try (PointerScope scope = new PointerScope()) {
            Tensor x = leaf(0.6f, -3, 9, 0.75f);
            Tensor y = GRID.apply(x, Tensors.of(espalier.graph.Tensor.scalar(0.5f)));
            assertThat(floats(y)).containsExactly(0.5f, -1, 2.5f, 1);
            y.sum().backward();
            assertThat(floats(x.grad())).containsExactly(1, 0, 0, 1);
        }
    }

    /** Esser et al., equation 3: round(1.2) - 1.2 = -0.2 inside, -2 and 5 where x is clipped, 2 - 1.5 = 0.5 in the middle. */
    @Test
    void the_step_has_the_gradient_of_the_paper() {
        for (int i = 0; i < 4; i++) {
            try (PointerScope scope = new PointerScope()) {
                Tensor step = leaf(0.5f);
                Tensor x = leaf(new float[][] {{0.6f, 0.6f}, {-3, -3}, {9, 9}, {0.75f, 0.75f}}[i]);
                Tensor y = GRID.apply(x, step);
                y.sum().backward();
                assertThat(floats(step.grad())[0] / 2)
                        .isCloseTo(new float[] {-0.2f, -2, 5, 0.5f}[i], org.assertj.core.api.Assertions.within(1e-5f));
            }
        }
    }
}

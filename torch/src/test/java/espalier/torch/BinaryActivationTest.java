package espalier.torch;

import static org.assertj.core.api.Assertions.assertThat;

import espalier.graph.Shape;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;

class BinaryActivationTest {
    @Test
    void is_a_sign_whose_gradient_passes_up_to_one() {
        try (PointerScope scope = new PointerScope()) {
            Tensor x = Tensors.of(espalier.graph.Tensor.floats(Shape.of(6), -2, -1, -0.5f, 0, 1, 1.5f));
            x.set_requires_grad(true);
            Tensor y = new BinaryActivation().apply(x);
            assertThat(Tensors.toHost(y.detach()).toFloats()).containsExactly(-1, -1, -1, 1, 1, 1);
            y.sum().backward();
            assertThat(Tensors.toHost(x.grad()).toFloats()).containsExactly(0, 1, 1, 1, 1, 0);
        }
    }
}

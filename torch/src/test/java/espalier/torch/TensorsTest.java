package espalier.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import espalier.graph.BadInputException;
import espalier.graph.DType;
import espalier.graph.Shape;
import java.nio.ByteBuffer;
import java.util.Random;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TensorsTest {
    @ParameterizedTest
    @EnumSource(
            value = DType.class,
            names = {
                "FLOAT",
                "DOUBLE",
                "FLOAT16",
                "BFLOAT16",
                "UINT8",
                "INT8",
                "UINT16",
                "INT16",
                "INT32",
                "INT64",
                "UINT32",
                "UINT64",
                "BOOL",
                "UINT4",
                "INT4",
                "COMPLEX64"
            })
    void contents_survive_the_way_to_libtorch_and_back(DType dtype) {
        Shape shape = Shape.of(3, 5);
        byte[] bytes = new byte[(int) dtype.bytes(15)];
        new Random(2).nextBytes(bytes);
        if (dtype == DType.BOOL) {
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] &= 1;
            }
        } else if (dtype.bits() == 4) {
            bytes[7] &= 15;
        }
        espalier.graph.Tensor host = espalier.graph.Tensor.of(dtype, shape, ByteBuffer.wrap(bytes));
        try (PointerScope scope = new PointerScope()) {
            Tensor there = Tensors.of(host);
            assertThat(Tensors.shape(there)).containsExactly(3, 5);
            assertThat(Tensors.toHost(there, dtype)).isEqualTo(host);
        }
    }

    @Test
    void elements_keep_their_logical_order_whatever_the_strides() {
        try (PointerScope scope = new PointerScope()) {
            Tensor t = Tensors.of(espalier.graph.Tensor.floats(Shape.of(2, 3), 1, 2, 3, 4, 5, 6));
            assertThat(Tensors.toHost(t.t())).isEqualTo(espalier.graph.Tensor.floats(Shape.of(3, 2), 1, 4, 2, 5, 3, 6));
            Tensor image = Tensors.of(Net.normal(new Random(1), 1, 2, 3, 4, 5));
            assertThat(Tensors.toHost(Layouts.channelsLast(image))).isEqualTo(Tensors.toHost(image));
            Tensor flat = Tensors.of(Net.normal(new Random(1), 1, 3, 1, 4, 5));
            assertThat(Tensors.toHost(Layouts.channelsLast(flat))).isEqualTo(Tensors.toHost(flat));
        }
    }

    @Test
    void empty_and_scalar_tensors_are_tensors_too() {
        try (PointerScope scope = new PointerScope()) {
            for (espalier.graph.Tensor host : new espalier.graph.Tensor[] {
                espalier.graph.Tensor.scalar(3f), espalier.graph.Tensor.floats(Shape.of(0, 4))
            }) {
                assertThat(Tensors.toHost(Tensors.of(host))).isEqualTo(host);
            }
        }
    }

    @Test
    void strings_are_refused() {
        espalier.graph.Tensor strings =
                espalier.graph.Tensor.ofStrings(Shape.of(1), java.util.List.of(new byte[] {65}));
        assertThatThrownBy(() -> Tensors.of(strings))
                .isInstanceOf(BadInputException.class)
                .hasMessage("elements of type string cannot be computed with");
    }
}

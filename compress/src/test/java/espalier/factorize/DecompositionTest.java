package espalier.factorize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import espalier.config.Family;
import espalier.graph.BadInputException;
import espalier.graph.Shape;
import espalier.graph.Tensor;
import espalier.torch.Tensors;
import java.util.List;
import java.util.Random;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.SingularValueDecomposition_F64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DecompositionTest {
    private static org.bytedeco.pytorch.Tensor doubles(Tensor t) {
        return Tensors.of(t).to(ScalarType.Double);
    }

    /** The error of the best approximation of rank k, by another implementation. */
    private static double tail(Tensor matrix, int rank) {
        int rows = (int) matrix.shape().dim(0);
        int columns = (int) (matrix.elements() / rows);
        DMatrixRMaj m = new DMatrixRMaj(rows, columns);
        for (int i = 0; i < rows * columns; i++) {
            m.set(i, matrix.doubleAt(i));
        }
        SingularValueDecomposition_F64<DMatrixRMaj> svd =
                DecompositionFactory_DDRM.svd(rows, columns, false, false, true);
        assertThat(svd.decompose(m)).isTrue();
        double[] s = java.util.Arrays.stream(svd.getSingularValues())
                .limit(Math.min(rows, columns))
                .map(v -> -v)
                .sorted()
                .map(v -> -v)
                .toArray();
        double all = 0;
        double rest = 0;
        for (int i = 0; i < s.length; i++) {
            all += s[i] * s[i];
            rest += i >= rank ? s[i] * s[i] : 0;
        }
        return Math.sqrt(rest / all);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 7, 11})
    void the_error_of_svd_is_what_ejml_leaves_out(int rank) {
        Tensor w = Networks.random(Shape.of(12, 5, 3, 3), new Random(1));
        try (PointerScope scope = new PointerScope()) {
            var kernel = doubles(w);
            var near = Part.composed(new Svd().parts(kernel, new int[] {rank}));
            assertThat(Algebra.relativeError(kernel, near)).isCloseTo(tail(w, rank), within(1e-9));
        }
    }

    @Test
    void the_error_of_spatial_is_what_ejml_leaves_out_of_its_unfolding() {
        Tensor w = Networks.random(Shape.of(6, 4, 3, 5), new Random(2));
        try (PointerScope scope = new PointerScope()) {
            var kernel = doubles(w);
            Tensor unfolding = Tensors.toHost(new Spatial().unfoldings(kernel).get(0));
            var near = Part.composed(new Spatial().parts(kernel, new int[] {4}));
            assertThat(unfolding.shape()).isEqualTo(Shape.of(12, 30));
            assertThat(Algebra.relativeError(kernel, near)).isCloseTo(tail(unfolding, 4), within(1e-9));
        }
    }

    /** W[:,0] = (3, 0) x (1, 0), (0, 1) x (0, 1): singular values 3 and 1; W[:,1] = (2, 2) x (1, 1): 4. Left out: 1 of 9 + 1 + 16. */
    @Test
    void separable_keeps_the_largest_singular_value_of_each_input() {
        Tensor w = Tensor.floats(Shape.of(2, 2, 1, 2), 3, 0, 2, 2, 0, 1, 2, 2);
        try (PointerScope scope = new PointerScope()) {
            var kernel = doubles(w);
            List<Part> chain = new Separable().parts(kernel, new int[] {1});
            assertThat(chain.get(0).kernel().size(0)).isEqualTo(2);
            assertThat(chain.get(0).groups()).isEqualTo(2);
            assertThat(Algebra.relativeError(kernel, Part.composed(chain)))
                    .isCloseTo(Math.sqrt(1.0 / 26), within(1e-9));
        }
    }

    @Test
    void tucker_and_cp_find_a_kernel_that_has_such_a_form() {
        Random random = new Random(5);
        try (PointerScope scope = new PointerScope()) {
            var a = doubles(Networks.random(Shape.of(10, 2), random));
            var b = doubles(Networks.random(Shape.of(8, 2), random));
            var c = doubles(Networks.random(Shape.of(2, 2, 3, 3), random));
            var tucker = Algebra.einsum("or,is,rshw->oihw", a, b, c);
            assertThat(Algebra.relativeError(tucker, Part.composed(new Tucker2().parts(tucker, new int[] {2, 2}))))
                    .isLessThan(1e-9);
            var y = doubles(Networks.random(Shape.of(3, 2), random));
            var x = doubles(Networks.random(Shape.of(3, 2), random));
            var cp = Algebra.einsum("or,ir,hr,wr->oihw", a, b, y, x);
            assertThat(Algebra.relativeError(cp, Part.composed(new Cp(500, 1).parts(cp, new int[] {2}))))
                    .isLessThan(1e-3);
        }
    }

    @Test
    void the_weights_of_a_chain_are_known_before_it_is_found() {
        Tensor w = Networks.random(Shape.of(6, 4, 3, 2), new Random(4));
        long[] shape = {6, 4, 3, 2};
        try (PointerScope scope = new PointerScope()) {
            for (Decomposition d :
                    List.of(new Svd(), new Spatial(), new Tucker2(), new Cp(), new Separable(), new Separable(2))) {
                int[] ranks = java.util.Arrays.stream(d.full(shape))
                        .map(f -> Math.min(f, 2))
                        .toArray();
                long found = d.parts(doubles(w), ranks).stream()
                        .mapToLong(p -> p.kernel().numel())
                        .sum();
                assertThat(d.weights(shape, ranks)).as(d.toString()).isEqualTo(found);
            }
        }
    }

    /** Counts what stays in memory until it is closed. */
    private static final class CountingScope extends PointerScope {
        private int pointers;

        @Override
        public PointerScope attach(Pointer pointer) {
            pointers++;
            return super.attach(pointer);
        }
    }

    private static int leftBehind(int sweeps) {
        Tensor w = Networks.random(Shape.of(6, 5, 3, 3), new Random(6));
        try (CountingScope scope = new CountingScope()) {
            new Cp(sweeps, 1).parts(doubles(w), new int[] {4});
            return scope.pointers;
        }
    }

    @Test
    void sweeps_of_cp_leave_nothing_behind() {
        assertThat(leftBehind(10)).isEqualTo(leftBehind(2)).isPositive();
    }

    @Test
    void more_rank_never_means_more_error() {
        Tensor w = Networks.random(Shape.of(6, 4, 3, 3), new Random(9));
        try (PointerScope scope = new PointerScope()) {
            var kernel = doubles(w);
            for (Decomposition d : List.of(new Svd(), new Spatial(), new Tucker2(), new Separable())) {
                int[] full = d.full(new long[] {6, 4, 3, 3});
                double before = 1;
                for (int i = 1; i <= full[0]; i++) {
                    int rank = i;
                    int[] ranks = java.util.Arrays.stream(full)
                            .map(f -> Math.min(f, rank))
                            .toArray();
                    double error = Algebra.relativeError(kernel, Part.composed(d.parts(kernel, ranks)));
                    assertThat(error).as("%s at %d", d, rank).isLessThanOrEqualTo(before + 1e-9);
                    before = error;
                }
                assertThat(before).isLessThan(1e-9);
            }
        }
    }

    /** Input 1 is 10 times as large as input 0, so the weight that reads it is kept, though it is the smaller one. */
    @Test
    void a_weighted_split_keeps_what_large_inputs_meet() {
        Tensor w = Tensor.floats(Shape.of(2, 2, 1, 1), 3, 0, 0, 1);
        Tensor moment = Tensor.doubles(Shape.of(2, 2), 1, 0, 0, 100);
        try (PointerScope scope = new PointerScope()) {
            var kernel = doubles(w);
            Whitening whitening = new Whitening(java.util.Optional.of(moment), 1);
            var seen = whitening.seen(kernel, 0);
            var near = Part.composed(whitening.undone(new Svd().parts(seen, new int[] {1}), 0));
            assertThat(Algebra.toArray(near.flatten()))
                    .usingComparatorWithPrecision(1e-3)
                    .containsExactly(0, 0, 0, 1);
            var plain = Part.composed(new Svd().parts(kernel, new int[] {1}));
            assertThat(Algebra.toArray(plain.flatten()))
                    .usingComparatorWithPrecision(1e-9)
                    .containsExactly(3, 0, 0, 0);
        }
    }

    @Test
    void every_method_cites_its_paper() {
        assertThat(Family.of(Decomposition.class).members())
                .hasSize(5)
                .allSatisfy(m -> assertThat(m.paper()).isNotEmpty());
    }

    @Test
    void refuses_settings_without_meaning() {
        assertThatThrownBy(() -> new Separable(0))
                .isInstanceOf(BadInputException.class)
                .hasMessage("multiplier must be 1 or more, got 0");
        assertThatThrownBy(() -> new Cp(0, 1)).hasMessage("sweeps must be 1 or more, got 0");
    }
}

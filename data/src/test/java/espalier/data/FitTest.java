package espalier.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import espalier.graph.DType;
import espalier.graph.Dim;
import espalier.graph.Extra;
import espalier.graph.Graph;
import espalier.graph.Shape;
import espalier.graph.ValueInfo;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FitTest {
    private static final Dim N = Dim.symbol("N");
    private static final DataSet IMAGES = new Fake(2, InputSpec.floats(1, 28, 28), 2);

    private static Graph model(ValueInfo... inputs) {
        return new Graph("g", List.of(), Map.of(), List.of(inputs), List.of(), Map.of(), Extra.NONE);
    }

    private static ValueInfo floats(String name, long... dims) {
        Dim[] all = new Dim[dims.length + 1];
        all[0] = N;
        for (int i = 0; i < dims.length; i++) {
            all[i + 1] = dims[i] < 0 ? Dim.symbol("side") : Dim.of(dims[i]);
        }
        return ValueInfo.of(name, DType.FLOAT, all);
    }

    private static InputSpec fitted(DataSet data, ValueInfo input) {
        return DataSource.of(data).fitting(model(input)).train().inputs().get(0);
    }

    @Test
    void gives_the_only_input_the_models_name() {
        assertThat(fitted(IMAGES, floats("x", 1, 28, 28)))
                .isEqualTo(new InputSpec("x", Shape.of(1, 28, 28), DType.FLOAT));
        assertThat(fitted(IMAGES, floats("x", 1, -1, -1)).shape()).isEqualTo(Shape.of(1, 28, 28));
    }

    @Test
    void flattens_images_and_folds_tables() {
        assertThat(fitted(IMAGES, floats("x", 784)).shape()).isEqualTo(Shape.of(784));
        assertThat(fitted(IMAGES, floats("x", 28, 28)).shape()).isEqualTo(Shape.of(28, 28));
        assertThat(fitted(new Fake(1, InputSpec.floats(784), 0), floats("x", 1, 28, 28))
                        .shape())
                .isEqualTo(Shape.of(1, 28, 28));
    }

    @Test
    void images_keep_channels_first_until_a_model_takes_them_last() {
        InputSpec spec = fitted(new Fake(1, InputSpec.floats(3, 4, 5), 0), floats("x", 4, 5, 3));
        assertThat(spec).isEqualTo(new InputSpec("x", Shape.of(3, 4, 5), DType.FLOAT, true));
        assertThat(spec.taken()).isEqualTo(Shape.of(4, 5, 3));
        assertThat(fitted(IMAGES, floats("x", 28, 28, 1)).channelsLast()).isTrue();
        assertThat(fitted(IMAGES, floats("x", -1, -1, 1)).channelsLast()).isTrue();
        assertThat(fitted(IMAGES, floats("x", -1, -1, -1)).channelsLast()).isFalse();
    }

    @Test
    void a_row_of_a_table_stays_one() {
        DataSet table = new Fake(2, InputSpec.floats(3), 0);
        DataSource fitted = DataSource.of(table).fitting(model(floats("x", 1, 1, 3)));
        InputSpec spec = fitted.train().inputs().get(0);
        assertThat(spec.isImage()).isFalse();
        assertThat(spec.taken()).isEqualTo(Shape.of(1, 1, 3));
        assertThat(fitted.shapes()).containsEntry("x", Shape.of(1, 1, 1, 3));
        // columns hold 0 and 1000, 1 and 1001, 2 and 1002
        Normalization n = Normalization.of(fitted.train());
        assertThat(n.mean()).containsExactly(500.0, 501.0, 502.0);
        Batch batch = Batches.of(fitted.train(), Batching.inOrder(2, n)).batch(0, 0);
        assertThat(batch.inputs().get("x").shape()).isEqualTo(Shape.of(2, 1, 1, 3));
        assertThat(batch.inputs().get("x").toFloats())
                .containsExactly(new float[] {-1, -1, -1, 1, 1, 1}, within(1e-6f));
        assertThatThrownBy(() -> Batches.of(
                        fitted.train(), Batching.shuffled(2, 0, new Augmentation(1, true), Normalization.NONE)))
                .hasMessage("fake: augmentation is for images, but samples are [3]: leave it out");
    }

    @Test
    void images_with_channels_last_are_turned_for_what_is_done_to_images() {
        DataSet images = new Fake(1, InputSpec.floats(2, 2, 3), 0);
        DataSource fitted = DataSource.of(images).fitting(model(floats("x", 2, 2, 3)));
        assertThat(fitted.train().inputs()).containsExactly(new InputSpec("x", Shape.of(3, 2, 2), DType.FLOAT, true));
        assertThat(fitted.shapes()).containsEntry("x", Shape.of(1, 2, 2, 3));
        float[] asTheyAre = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11};
        Batch batch = Batches.of(fitted.train(), Batching.inOrder(1, Normalization.NONE))
                .batch(0, 0);
        assertThat(batch.inputs().get("x").toFloats()).containsExactly(asTheyAre);
        // channel 0 holds 0, 3, 6 and 9, channel 1 one more each, channel 2 two more
        assertThat(Normalization.of(fitted.train()).mean()).containsExactly(4.5, 5.5, 6.5);
        Batches flipped =
                Batches.of(fitted.train(), Batching.shuffled(1, 0, new Augmentation(0, true), Normalization.NONE));
        assertThat(IntStream.range(0, 20)
                        .mapToObj(epoch ->
                                flipped.batch(epoch, 0).inputs().get("x").toFloats()))
                .contains(new float[] {3, 4, 5, 0, 1, 2, 9, 10, 11, 6, 7, 8});
    }

    @Test
    void refuses_another_shape_and_names_both() {
        assertThatThrownBy(() -> fitted(IMAGES, floats("x", 3, 32, 32)))
                .hasMessage("fake: samples are [1,28,28], but the model's input 'x' is [3,32,32] after the batch:"
                        + " give data of that shape, or a model for [1,28,28]");
        // as many elements, but width before height
        assertThatThrownBy(() -> fitted(new Fake(1, InputSpec.floats(3, 4, 5), 0), floats("x", 3, 5, 4)))
                .hasMessageContaining("samples are [3,4,5], but the model's input 'x' is [3,5,4]");
    }

    @Test
    void refuses_one_input_for_several() {
        assertThatThrownBy(() -> DataSource.of(IMAGES).fitting(model(floats("a", 1), floats("b\n", 1))))
                .hasMessage("fake: samples have one input, but the model has 'a', 'b\\u000a':"
                        + " give an npz file with an array for each");
    }

    @Test
    void refuses_fractions_for_whole_numbers() {
        assertThatThrownBy(() -> fitted(IMAGES, ValueInfo.of("ids", DType.INT64, N, Dim.of(784))))
                .hasMessage("fake: samples are float, but the model's input 'ids' is int64:"
                        + " give an npz file with an array of whole numbers");
        assertThatThrownBy(() -> fitted(IMAGES, ValueInfo.of("x", DType.FLOAT16, N, Dim.of(784))))
                .hasMessage("fake: samples are float, but the model's input 'x' is float16:"
                        + " give a model whose inputs are float or int64");
    }

    @Test
    void image_folders_take_the_size_of_the_models_images() {
        assertThat(new Reading().withImageOf(model(floats("x", 3, 8, 6))).image())
                .contains(Shape.of(3, 8, 6));
        assertThat(new Reading().withImageOf(model(floats("x", 8, 6, 3))).image())
                .contains(Shape.of(3, 8, 6));
        assertThat(new Reading().withImageOf(model(floats("x", 784))).image()).isEmpty();
        assertThat(new Reading().withImageOf(model(floats("x", 3, -1, -1))).image())
                .isEmpty();
        assertThat(new Reading().withImageOf(model(floats("x", 8, 3, 6))).image())
                .isEmpty();
    }
}

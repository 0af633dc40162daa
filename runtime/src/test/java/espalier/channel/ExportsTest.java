package espalier.channel;

import static org.assertj.core.api.Assertions.assertThat;

import espalier.graph.Model;
import espalier.onnx.OnnxFile;
import espalier.pass.Passes;
import java.io.IOException;
import java.io.InputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Small networks as PyTorch's exporters and others write them, made by {@code bench/peers}. */
class ExportsTest {
    private static Model raw(String name) throws IOException {
        try (InputStream in = ExportsTest.class.getResourceAsStream(name + ".onnx")) {
            return OnnxFile.parse(in.readAllBytes());
        }
    }

    private static Model read(String name) throws IOException {
        return Passes.beforeTraining().apply(raw(name));
    }

    @ParameterizedTest
    @CsvSource({
        "attributes-opset9, 2",
        "attributes-opset12, 2",
        "constant-nodes, 2",
        "dynamic-batch-ts, 2",
        "dynamic-batch-dynamo, 2",
        "fixed-batch, 2",
        "nhwc, 2",
        "merged-initializers, 4",
        "shared-initializer, 4",
        "stale-value-info-fatal, 2",
        "shuffle-ts, 2",
        "dense, 4",
        "residual, 4",
        "squeeze-excite-opset13, 3",
        "initializers-as-inputs-opset8, 2",
        "unfolded-batch-norm, 2"
    })
    void is_cut_by_half(String name, int groups) throws IOException {
        assertThat(Referee.requireCutInHalf(read(name)).groups()).hasSize(groups);
    }

    @Test
    void stale_sizes_are_dropped_and_declared_ones_stay() throws IOException {
        Model model = raw("stale-value-info-fatal");
        assertThat(model.graph().valueInfo()).isNotEmpty();
        Model cut = Cut.apply(model, Referee.half(ChannelGroups.of(model), 1));
        assertThat(cut.graph().valueInfo()).isEmpty();
        assertThat(cut.graph().inputs()).isEqualTo(model.graph().inputs());
        assertThat(cut.graph().outputs()).isEqualTo(model.graph().outputs());
    }

    @Test
    void without_the_passes_merged_weights_only_make_larger_groups() throws IOException {
        Model model = raw("shared-initializer");
        ChannelGroups groups = ChannelGroups.of(model);
        assertThat(groups.groups()).hasSizeLessThan(4);
        Choice choice = Referee.half(groups, 1);
        assertThat(Referee.difference(Masked.apply(model, choice), Cut.apply(model, choice), 2))
                .isLessThan(1e-4);
    }

    @Test
    void inputs_with_defaults_are_declared_smaller() throws IOException {
        Model model = raw("initializers-as-inputs-opset8");
        Choice choice = Referee.half(ChannelGroups.of(model), 1);
        assertThat(choice.isEmpty()).isFalse();
        assertThat(Referee.difference(Masked.apply(model, choice), Cut.apply(model, choice), 2))
                .isLessThan(1e-4);
    }
}

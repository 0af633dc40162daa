package espalier.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import espalier.data.Batches;
import espalier.data.Batching;
import espalier.data.Normalization;
import espalier.graph.BadInputException;
import espalier.graph.Model;
import espalier.onnx.OnnxText;
import java.util.List;
import org.junit.jupiter.api.Test;

class EvaluationTest {
    /** Scores are the sums of the four rows, which tells the classes apart. */
    private static Model rowSums(String batch, String end) {
        return OnnxText.parse("""
                <ir_version: 8, opset_import: ["" : 17]>
                rows (float[%s, 1, 4, 4] image) => (float[%s, 4] scores) {
                    sums = ReduceMean <axes = [1, 3], keepdims = 0> (image)
                    ended = %s (sums)
                    scores = Identity (ended)
                }
                """.formatted(batch, batch, end));
    }

    private static Evaluation evaluate(Model model, int samples, int batch, boolean labelled) {
        try (Referee.Session session = OrtJudge.still().open(model)) {
            Batches batches = Batches.of(new Spots(0, samples, labelled), Batching.inOrder(batch, Normalization.NONE));
            return Evaluation.of(model, session, batches);
        }
    }

    @Test
    void tells_accuracy_and_predictions() {
        Evaluation e = evaluate(rowSums("N", "Identity"), 40, 16, true);
        assertThat(e.accuracy()).hasValue(1);
        assertThat(e.predictions()).hasSize(40).startsWith(0, 1, 2, 3, 0);
    }

    @Test
    void the_last_batch_is_filled_up_where_a_model_takes_one_size_only() {
        Evaluation fixed = evaluate(rowSums("16", "Identity"), 40, 16, true);
        Evaluation free = evaluate(rowSums("N", "Identity"), 40, 16, true);
        assertThat(fixed.predictions()).isEqualTo(free.predictions());
        assertThat(fixed.loss().orElseThrow()).isCloseTo(free.loss().orElseThrow(), within(1e-6));
    }

    @Test
    void the_loss_of_probabilities_is_that_of_their_scores() {
        double ofScores =
                evaluate(rowSums("N", "Identity"), 40, 16, true).loss().orElseThrow();
        for (String end : List.of("Softmax <axis = 1>", "LogSoftmax <axis = 1>")) {
            double ofEnd = evaluate(rowSums("N", end), 40, 16, true).loss().orElseThrow();
            assertThat(ofEnd).as(end).isCloseTo(ofScores, within(1e-6));
        }
    }

    @Test
    void without_labels_there_are_predictions_alone() {
        Evaluation e = evaluate(rowSums("N", "Identity"), 40, 16, false);
        assertThat(e.accuracy()).isEmpty();
        assertThat(e.loss()).isEmpty();
        assertThat(e.agreement(evaluate(rowSums("N", "Neg"), 40, 16, false))).isLessThan(0.5);
    }

    @Test
    void samples_of_another_size_are_refused() {
        Model wide = OnnxText.parse("""
                <ir_version: 8, opset_import: ["" : 17]>
                wide (float[N, 1, 8, 8] image) => (float[N, 1, 8, 8] scores) { scores = Identity (image) }
                """);
        assertThatThrownBy(() -> evaluate(wide, 8, 4, true))
                .isInstanceOf(BadInputException.class)
                .hasMessage("input 'image' is float[N,1,8,8], but the samples are [1,4,4]");
    }
}

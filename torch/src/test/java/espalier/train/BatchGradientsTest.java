package espalier.train;

import static org.assertj.core.api.Assertions.assertThat;

import espalier.data.Batches;
import espalier.data.Batching;
import espalier.data.Normalization;
import espalier.torch.Mode;
import espalier.torch.Program;
import espalier.torch.Tensors;
import espalier.torch.Threads;
import espalier.zoo.Zoo;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class BatchGradientsTest {
    @BeforeAll
    static void one_thread() {
        Threads.set(1);
    }

    private static List<float[]> gradients() {
        Batches batches = Batches.of(new Clusters(32, 4, 1, 4, true), Batching.inOrder(16, Normalization.NONE));
        List<float[]> all = new ArrayList<>();
        try (Program program = Program.of(Zoo.create("mlp-drop-20", 1, 4, 4, 4, 1))) {
            BatchGradients.of(
                    program,
                    Mode.TRAIN,
                    new CrossEntropy(),
                    batches,
                    2,
                    each -> each.values().forEach(g -> all.add(Tensors.toHost(g).toFloats())));
        }
        return all;
    }

    @Test
    void noise_does_not_depend_on_what_ran_before() {
        torch.manual_seed(1);
        List<float[]> first = gradients();
        torch.manual_seed(2);
        assertThat(gradients()).usingRecursiveComparison().isEqualTo(first);
    }
}

package espalier.distill;

import espalier.graph.Model;
import espalier.graph.ValueInfo;
import espalier.torch.Mode;
import espalier.torch.Program;
import espalier.train.Logits;
import espalier.train.StepViews;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/**
 * A teacher that runs on libtorch in every step, on the inputs as the student sees them.
 *
 * @param wanted values besides the scores
 * @param owned whether it is closed with this teacher
 */
record LiveTeacher(Program program, String logits, List<String> wanted, boolean owned) implements Teacher {
    /** A teacher for scores alone; the caller closes the program. */
    static LiveTeacher of(Program program) {
        return new LiveTeacher(program, Logits.of(program.model().graph()), List.of(), false);
    }

    @Override
    public Map<String, Tensor> values(StepViews step) {
        List<String> taps = new java.util.ArrayList<>(wanted);
        taps.add(logits);
        taps.removeAll(program.model().graph().outputNames());
        return program.run(named(program.model(), step.inputs()), Mode.EVAL, taps);
    }

    /** A batch under the model's names: where both have one input, its name does not matter. */
    static Map<String, Tensor> named(Model model, Map<String, Tensor> inputs) {
        List<ValueInfo> required = model.graph().requiredInputs();
        if (required.size() != 1 || inputs.size() != 1) {
            return inputs;
        }
        Map<String, Tensor> named = new LinkedHashMap<>();
        inputs.values().forEach(t -> named.put(required.get(0).name(), t));
        return named;
    }

    @Override
    public void close() {
        if (owned) {
            program.close();
        }
    }
}

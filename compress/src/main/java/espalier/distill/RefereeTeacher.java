package espalier.distill;

import espalier.graph.DType;
import espalier.graph.Extra;
import espalier.graph.Model;
import espalier.graph.ValueInfo;
import espalier.torch.Tensors;
import espalier.train.Logits;
import espalier.train.StepViews;
import espalier.work.Referee;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;

/** A teacher that runs in the referee, because it has operators that libtorch lacks. */
record RefereeTeacher(Model model, Referee.Session session, String logits) implements Teacher {

    /** @param wanted values besides the scores */
    static RefereeTeacher of(Model model, Referee referee, List<String> wanted) {
        String logits = Logits.of(model.graph());
        List<ValueInfo> outputs = new ArrayList<>(model.graph().outputs());
        List<String> more = new ArrayList<>(wanted);
        more.add(logits);
        more.removeAll(model.graph().outputNames());
        more.stream().distinct().forEach(v -> outputs.add(floats(v)));
        Model telling = model.withGraph(model.graph().withOutputs(outputs));
        return new RefereeTeacher(telling, referee.open(telling), logits);
    }

    private static ValueInfo floats(String value) {
        return new ValueInfo(value, Optional.of(new ValueInfo.Type(DType.FLOAT, Optional.empty())), Extra.NONE);
    }

    @Override
    public Map<String, Tensor> values(StepViews step) {
        Map<String, espalier.graph.Tensor> inputs = new LinkedHashMap<>();
        LiveTeacher.named(model, step.inputs()).forEach((name, t) -> inputs.put(name, Tensors.toHost(t)));
        Map<String, Tensor> values = new LinkedHashMap<>();
        session.run(inputs).forEach((name, t) -> values.put(name, Tensors.of(t)));
        return values;
    }

    @Override
    public void close() {
        session.close();
    }
}

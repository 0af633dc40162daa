package espalier.dynamic;

import espalier.torch.Program;
import espalier.train.Parametrization;
import java.util.Set;
import org.bytedeco.pytorch.Tensor;

/** Lets no gradient reach the weights of the trunk. */
record FrozenTrunk(Set<String> learning) implements Parametrization {
    @Override
    public void begin(Program program, Memory memory) {
        program.parameters().keySet().stream()
                .filter(name -> !learning.contains(name))
                .forEach(name -> program.parametrize(name, Tensor::detach));
    }

    @Override
    public boolean owns(String parameter) {
        return !learning.contains(parameter);
    }

    @Override
    public String identity() {
        return "frozen but for " + learning;
    }
}

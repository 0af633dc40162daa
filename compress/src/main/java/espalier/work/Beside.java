package espalier.work;

import espalier.torch.Program;
import espalier.train.Parametrization;

/** A step's own way with weights, and for those that it leaves alone what pruning and clustering made of them. */
record Beside(Parametrization own, Kept kept) implements Parametrization {
    @Override
    public void prepare(Program program) {
        own.prepare(program);
    }

    @Override
    public void begin(Program program, Memory memory) {
        own.begin(program, memory);
        kept.begin(program, memory);
    }

    @Override
    public void before(Program program, Memory memory, When when) {
        own.before(program, memory, when);
    }

    @Override
    public void end(Program program, Memory memory) {
        own.end(program, memory);
        kept.end(program, memory);
    }

    @Override
    public boolean owns(String parameter) {
        return own.owns(parameter) || kept.owns(parameter);
    }

    @Override
    public String identity() {
        return own.identity() + " beside " + kept.identity();
    }
}

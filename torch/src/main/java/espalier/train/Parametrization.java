package espalier.train;

import espalier.torch.Program;

/**
 * What training sees of some weights instead of themselves, and how that changes as training goes on: a mask, for example. What it
 * remembers is kept in tensors of the run, so that checkpoints hold it and a resumed run goes on with the same bits.
 */
public interface Parametrization {
    /** Weights are seen as they are. */
    Parametrization NONE = new Parametrization() {
        @Override
        public void begin(Program program, Memory memory) {}

        @Override
        public boolean owns(String parameter) {
            return false;
        }

        @Override
        public String identity() {
            return "none";
        }
    };

    /** What a parametrization remembers of one parameter. */
    @FunctionalInterface
    interface Memory {
        /** The tensor {@code name} for a parameter, of the parameter's shape; as {@code first} makes it, and kept from then on. */
        org.bytedeco.pytorch.Tensor of(
                String name, String parameter, java.util.function.Supplier<org.bytedeco.pytorch.Tensor> first);
    }

    /**
     * Where in its run a training is.
     *
     * @param step the next one, from 0
     * @param steps of the whole run
     * @param perEpoch steps in an epoch
     */
    record When(long step, long steps, int perEpoch) {}

    /**
     * Adds parameters of its own to the program by {@link Program#learn}; called first of all. The optimizer, averaging and checkpoints
     * treat them like weights.
     */
    default void prepare(Program program) {}

    /** Tells the program what to compute with; called once before the first step, also when a run is resumed. */
    void begin(Program program, Memory memory);

    /** Whether it decides over a parameter, so that nothing else may. */
    boolean owns(String parameter);

    /** Called before every step, without gradient recording. */
    default void before(Program program, Memory memory, When when) {}

    /** The run is over and its memory will be freed: what is seen must be in the weights themselves from now on. */
    default void end(Program program, Memory memory) {}

    /** What makes it the same parametrization for a resumed run. */
    String identity();
}

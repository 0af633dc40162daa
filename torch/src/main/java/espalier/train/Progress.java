package espalier.train;

/** Who watches a training run: told how far it is, and asked whether to go on. Called on the training thread. */
public interface Progress {
    /** Watches nothing and never stops. */
    Progress NONE = new Progress() {};

    /** After each step. */
    default void step(Moment now) {}

    /** After each epoch. */
    default void epoch(EpochResult result) {}

    /** Whether the run should write a checkpoint after the current step and end. */
    default boolean stopping() {
        return false;
    }
}

package espalier.work;

/** Settings of a step that does not always train; steps with other settings do. */
public interface MayTrain {
    /** Whether the step needs the training engine. */
    boolean trains();
}

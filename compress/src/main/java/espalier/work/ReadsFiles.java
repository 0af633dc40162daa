package espalier.work;

import java.util.List;

/** Settings of a step that reads models besides the one it works on. */
public interface ReadsFiles {
    /** Names of the files, as the user wrote them. */
    List<String> files();

    /**
     * Told that the network which the step begins with is new.
     *
     * @throws espalier.graph.BadInputException when it must be a trained one
     */
    default void beginsWithNew() {}
}

package espalier.work;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Settings of a step that reads files besides the model it works on. */
public interface ReadsFiles {
    /** Names of files that hold models, as the user wrote them. */
    List<String> files();

    /** Names of files that hold something else. */
    default List<String> others() {
        return List.of();
    }

    /**
     * Looks into the others before the run begins.
     *
     * @param base what names are relative to
     * @throws espalier.graph.BadInputException when one of them is not what it should be
     */
    default void readOthers(Path base) throws IOException {}

    /**
     * Told that the network which the step begins with is new.
     *
     * @throws espalier.graph.BadInputException when it must be a trained one
     */
    default void beginsWithNew() {}
}

package espalier.data;

import espalier.graph.Shape;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What a reader may have to know beyond the file.
 *
 * @param searchPaths folders in which catalog names are looked up, first come first served
 * @param image the size [channels,height,width] to which an image folder is brought; 1 or 3 channels
 * @param labelColumn name of the column that holds the class in a CSV file; the last one by default
 */
public record Reading(List<Path> searchPaths, Optional<Shape> image, Optional<String> labelColumn) {
    public Reading() {
        this(List.of(), Optional.empty(), Optional.empty());
    }

    public Reading {
        searchPaths = List.copyOf(searchPaths);
    }

    public static Reading in(List<Path> searchPaths) {
        return new Reading(searchPaths, Optional.empty(), Optional.empty());
    }

    public Reading withImage(Shape shape) {
        return new Reading(searchPaths, Optional.of(shape), labelColumn);
    }

    public Reading withLabelColumn(String name) {
        return new Reading(searchPaths, image, Optional.of(name));
    }
}

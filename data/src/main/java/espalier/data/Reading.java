package espalier.data;

import espalier.graph.Dim;
import espalier.graph.Graph;
import espalier.graph.Shape;
import espalier.graph.ValueInfo;
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

    /** Image folders brought to the size of a model's only input, where that is an image of fixed size; else unchanged. */
    public Reading withImageOf(Graph model) {
        List<ValueInfo> inputs = model.requiredInputs();
        List<Dim> dims = inputs.size() == 1 ? inputs.get(0).dims().orElse(List.of()) : List.of();
        if (dims.size() != 4 || !dims.subList(1, 4).stream().allMatch(Dim::isFixed)) {
            return this;
        }
        long[] sizes = dims.subList(1, 4).stream().mapToLong(Dim::size).toArray();
        if (isChannels(sizes[0])) {
            return withImage(Shape.of(sizes));
        }
        return isChannels(sizes[2]) ? withImage(Shape.of(sizes[2], sizes[0], sizes[1])) : this;
    }

    private static boolean isChannels(long size) {
        return size == 1 || size == 3;
    }

    public Reading withLabelColumn(String name) {
        return new Reading(searchPaths, image, Optional.of(name));
    }
}

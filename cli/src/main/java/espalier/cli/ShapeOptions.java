package espalier.cli;

import espalier.graph.Shape;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Option;

/** Sizes that a model leaves open. */
final class ShapeOptions {
    @Option(
            names = "--shape",
            paramLabel = "INPUT=SHAPE",
            converter = NamedShape.Converter.class,
            description = "Sizes of an input, as x=1x3x224x224; the name may be left out when there is one input.")
    private List<NamedShape> shapes = List.of();

    /** By input name; the empty name means the only input. */
    Map<String, Shape> byName() {
        return NamedShape.byName(shapes);
    }

    /** The batch that the shapes ask for, 1 where they do not. */
    long batch() {
        return shapes.stream()
                .filter(s -> s.shape().rank() > 0)
                .mapToLong(s -> s.shape().dim(0))
                .findFirst()
                .orElse(1);
    }
}

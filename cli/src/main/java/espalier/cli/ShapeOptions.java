package espalier.cli;

import espalier.graph.Shape;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

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

    /** @throws ParameterException when shapes are given: data have theirs */
    void refuseBesideData(CommandLine command) {
        if (!shapes.isEmpty()) {
            throw new ParameterException(
                    command, "--shape and --data: sizes are those of the samples: leave --shape out");
        }
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

package espalier.work;

import espalier.data.DataSet;
import espalier.data.InputSpec;
import espalier.graph.BadInputException;
import espalier.graph.Model;
import espalier.graph.Shape;
import espalier.onnx.OnnxFile;
import espalier.zoo.Zoo;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/** Networks by what a user writes: a file, or {@code zoo:NAME} for a new one. */
public final class Networks {
    private static final String ZOO = "zoo:";

    private Networks() {}

    /**
     * @param base what a relative file name is relative to
     * @param data that a new network is made for
     * @param seed of a new network's weights
     */
    public static Model named(String name, Path base, DataSet data, long seed) {
        if (name.startsWith(ZOO)) {
            return fresh(name.substring(ZOO.length()), data, seed);
        }
        try {
            return OnnxFile.read(base.resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A network of the zoo for the samples and classes of some data. */
    public static Model fresh(String key, DataSet data, long seed) {
        if (!data.labelled() || data.inputs().size() != 1) {
            throw BadInputException.of(
                    "%s: a network of the zoo is made for labelled data with one input: give such data", data.name());
        }
        InputSpec spec = data.inputs().get(0);
        Shape s = spec.isImage() ? spec.shape() : Shape.of(1, 1, spec.elements());
        return Zoo.create(
                key,
                Math.toIntExact(s.dim(0)),
                Math.toIntExact(s.dim(1)),
                Math.toIntExact(s.dim(2)),
                data.classes(),
                seed);
    }
}

package espalier.work;

import espalier.data.DataSet;
import espalier.data.InputSpec;
import espalier.graph.BadInputException;
import espalier.graph.Dim;
import espalier.graph.Model;
import espalier.graph.Shape;
import espalier.pack.Models;
import espalier.zoo.Zoo;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;

/** Networks by what a user writes: a file, or {@code zoo:NAME} for a new one. */
public final class Networks {
    private static final String ZOO = "zoo:";

    private Networks() {}

    /**
     * @param base what a relative file name is relative to
     * @param data that a new network is made for
     * @param like has the classes of a new network where the data have no labels
     * @param seed of a new network's weights
     */
    public static Model named(String name, Path base, DataSet data, Model like, long seed) {
        if (isNew(name)) {
            return fresh(name.substring(ZOO.length()), data, classes(like), seed);
        }
        try {
            return Models.read(base.resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether a name stands for a network of the zoo. */
    public static boolean isNew(String name) {
        return name.startsWith(ZOO);
    }

    /**
     * A network of the zoo for the samples and classes of some data.
     *
     * @param classes of its teacher, which count where the data have no labels
     */
    public static Model fresh(String key, DataSet data, OptionalLong classes, long seed) {
        if (data.inputs().size() != 1) {
            throw BadInputException.of(
                    "%s: a network of the zoo is made for data with one input: give such data", data.name());
        }
        if (!data.labelled() && classes.isEmpty()) {
            throw BadInputException.of(
                    "%s: a network of the zoo is made for labelled data, or for the classes of its teacher: give one of them",
                    data.name());
        }
        InputSpec spec = data.inputs().get(0);
        Shape s = spec.isImage() ? spec.shape() : Shape.of(1, 1, spec.elements());
        return Zoo.create(
                key,
                Math.toIntExact(s.dim(0)),
                Math.toIntExact(s.dim(1)),
                Math.toIntExact(s.dim(2)),
                data.labelled() ? data.classes() : Math.toIntExact(classes.orElseThrow()),
                seed);
    }

    /** How many scores a classifier gives; empty where its file does not say. */
    public static OptionalLong classes(Model model) {
        List<Dim> dims = model.graph().outputs().get(0).dims().orElse(List.of());
        return dims.size() == 2 && dims.get(1).isFixed()
                ? OptionalLong.of(dims.get(1).size())
                : OptionalLong.empty();
    }
}

package espalier.graph;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What a file declares about a value.
 *
 * @param name the value
 * @param type its element type and shape where it is a dense tensor
 * @param extra everything else about it: sequence, map and optional types, documentation
 */
public record ValueInfo(String name, Optional<Type> type, Extra extra) {

    /**
     * The type of a dense tensor.
     *
     * @param dtype element type
     * @param dims its axes; empty optional where not even the rank is declared
     */
    public record Type(DType dtype, Optional<List<Dim>> dims) {
        @Override
        public String toString() {
            return dtype.text()
                    + dims.map(d -> d.stream().map(Dim::toString).collect(Collectors.joining(",", "[", "]")))
                            .orElse("[]?");
        }
    }

    public static ValueInfo of(String name, DType dtype, Dim... dims) {
        return new ValueInfo(name, Optional.of(new Type(dtype, Optional.of(List.of(dims)))), Extra.NONE);
    }

    /** The declared axes, or empty where none are. */
    public Optional<List<Dim>> dims() {
        return type.flatMap(Type::dims);
    }

    @Override
    public String toString() {
        return type.map(Type::toString).orElse("?") + " " + name;
    }
}

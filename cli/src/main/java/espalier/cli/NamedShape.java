package espalier.cli;

import espalier.graph.BadInputException;
import espalier.graph.Shape;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * The shape of an input as the user gives it.
 *
 * @param input its name; empty for the only input
 * @param shape all its sizes
 */
record NamedShape(String input, Shape shape) {

    /** {@code input=1x3x224x224}, or {@code 1x3x224x224} for the only input; names may contain {@code =}. */
    static final class Converter implements ITypeConverter<NamedShape> {
        @Override
        public NamedShape convert(String text) {
            int equals = text.lastIndexOf('=');
            String name = equals < 0 ? "" : text.substring(0, equals);
            try {
                return new NamedShape(name, shape(text.substring(equals + 1)));
            } catch (NumberFormatException | BadInputException e) {
                throw new TypeConversionException("'" + text + "' is not a shape such as input=1x3x224x224");
            }
        }

        private static Shape shape(String sizes) {
            return Shape.of(
                    Arrays.stream(sizes.split("x", -1)).map(Long::valueOf).toList());
        }
    }

    static Map<String, Shape> byName(List<NamedShape> shapes) {
        Map<String, Shape> map = new LinkedHashMap<>();
        shapes.forEach(s -> map.put(s.input(), s.shape()));
        return map;
    }
}

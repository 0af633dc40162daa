package espalier.cli;

import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Documents as JSON; loaded when the first one is printed. */
final class Json {
    private static final JsonMapper MAPPER =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private Json() {}

    /** A tree of maps, lists, records, numbers and texts. */
    static String text(Object document) {
        return MAPPER.writeValueAsString(document);
    }
}

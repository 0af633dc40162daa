package espalier.runtime;

import ai.onnxruntime.OrtException;
import espalier.graph.BadInputException;

/** ONNX Runtime's exceptions as one line. */
final class OrtErrors {
    /** {@code Error code - ORT_FAIL - message: ...} precedes what ONNX Runtime has to say. */
    private static final String PREFIX = " - message: ";

    private static final String FILE_AGAIN = "^Load model from .*? failed:";

    private static final int LONGEST = 300;

    private OrtErrors() {}

    static BadInputException refused(String model, String what, OrtException cause) {
        return new BadInputException(model + ": ONNX Runtime cannot " + what + ": " + oneLine(cause), cause);
    }

    private static String oneLine(OrtException e) {
        String message = String.valueOf(e.getMessage());
        int prefix = message.indexOf(PREFIX);
        String line = (prefix < 0 ? message : message.substring(prefix + PREFIX.length()))
                .replaceFirst(FILE_AGAIN, "")
                .replaceAll("\\s+", " ")
                .strip();
        return line.length() <= LONGEST ? line : line.substring(0, LONGEST) + "...";
    }
}

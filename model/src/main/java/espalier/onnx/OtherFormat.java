package espalier.onnx;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** What people give instead of an ONNX model, told by its first bytes. Asked only when reading has failed. */
final class OtherFormat {
    private static final Map<String, String> STARTS = new LinkedHashMap<>();

    static {
        STARTS.put(
                "PK\003\004", "a zip archive, perhaps a PyTorch checkpoint: export the network with torch.onnx.export");
        STARTS.put("\200\002", "a Python pickle: export the network with torch.onnx.export");
        STARTS.put("\037\213", "a gzip file: unpack it first");
        STARTS.put("\211HDF", "an HDF5 file, perhaps a Keras model: convert it with tf2onnx");
        STARTS.put("version https://git-lfs", "a Git LFS pointer: fetch the file itself with 'git lfs pull'");
        STARTS.put("\223NUMPY", "a NumPy array: give the model");
        STARTS.put("<", "a text file that looks like a web page: fetch the model itself");
    }

    private OtherFormat() {}

    static Optional<String> of(byte[] bytes) {
        String start = new String(bytes, 0, Math.min(64, bytes.length), StandardCharsets.ISO_8859_1);
        for (Map.Entry<String, String> e : STARTS.entrySet()) {
            if (start.startsWith(e.getKey())) {
                return Optional.of(e.getValue());
            }
        }
        if (start.startsWith("TFL3", 4)) {
            return Optional.of("a TensorFlow Lite model: convert it with tflite2onnx or tf2onnx");
        }
        if (start.startsWith("ORTM", 4)) {
            return Optional.of("a model in ONNX Runtime's own format: give the ONNX file it was made from");
        }
        return start.chars().allMatch(c -> c >= ' ' && c < 127 || c == '\n' || c == '\r' || c == '\t')
                ? Optional.of("a text file: give the model in its binary form")
                : Optional.empty();
    }
}

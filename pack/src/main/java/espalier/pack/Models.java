package espalier.pack;

import espalier.graph.Model;
import espalier.onnx.OnnxFile;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;

/** Models by their files, in ONNX or packed. */
public final class Models {
    private Models() {}

    /**
     * @throws espalier.graph.BadInputException when the file holds no model; the message names it
     * @throws FileSystemException when it cannot be read
     */
    public static Model read(Path file) throws IOException {
        try {
            return PackedFile.isPacked(file) ? PackedFile.read(file) : OnnxFile.read(file);
        } catch (FileSystemException e) {
            throw e;
        } catch (IOException e) {
            throw new FileSystemException(file.toString(), null, e.getMessage());
        }
    }
}

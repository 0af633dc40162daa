package espalier.pack;

import espalier.graph.Shape;
import java.util.List;

/**
 * A packed model and what became of each of its tensors.
 *
 * @param bytes the file
 * @param graphBytes of them the graph without weights
 * @param tensors in the order of the file
 */
public record Packing(byte[] bytes, int graphBytes, List<Line> tensors) {
    /**
     * One tensor at the stages of Han, Mao, Dally: Deep Compression, 2016, arXiv:1510.00149.
     *
     * @param scheme how it is written
     * @param dense bytes of its elements as they are
     * @param kept elements that are not zero
     * @param values how many different ones they have; 0 for too many to count
     * @param pruned bytes of non-zero elements with relative indices of the best width; dense where that is less
     * @param codebook bytes with labels of equal width instead of elements, and the codebook
     * @param coded bytes in the packed file
     * @param bound bytes of the codebook, of the entropy of labels, and of that of which elements are zero, each taken one by one
     */
    public record Line(
            String name,
            Shape shape,
            String scheme,
            long dense,
            long kept,
            int values,
            long pruned,
            long codebook,
            long coded,
            double bound) {}
}

package espalier.bench;

import java.util.List;

/**
 * A network that is trained on noise.
 *
 * @param net key in the zoo and in the peer's script
 * @param channels of its images
 * @param side height and width of its images
 */
record Workload(String net, int channels, int side) {
    static final int CLASSES = 10;
    static final List<Workload> ALL = List.of(new Workload("resnet20", 3, 32), new Workload("lenet5", 1, 28));
}

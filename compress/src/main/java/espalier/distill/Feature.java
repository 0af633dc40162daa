package espalier.distill;

import espalier.graph.Shape;

/**
 * A value of a network that is compared.
 *
 * @param name in the graph
 * @param shape for one sample or the batch the network was made for, the batch being the first axis
 */
record Feature(String name, Shape shape) {
    boolean isMap() {
        return shape.rank() == 4;
    }

    long channels() {
        return shape.rank() < 2 ? 1 : shape.dim(1);
    }

    /** Places of a map, 1 of a vector. */
    double places() {
        return isMap() ? shape.dim(2) * shape.dim(3) : 1;
    }

    @Override
    public String toString() {
        return "'" + name + "' "
                + shape.stream().skip(1).mapToObj(Long::toString).toList();
    }
}

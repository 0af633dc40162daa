package espalier.zoo;

import espalier.graph.Attribute;
import java.util.LinkedHashMap;
import java.util.Map;

/** The square window of a convolution or a pooling, in pixels. */
record Window(int size, int stride, int padding) {
    /** A window that only looks at pixels that exist. */
    static Window valid(int size) {
        return new Window(size, 1, 0);
    }

    /** A window of odd size, padded so that the map keeps its size at stride 1. */
    static Window same(int size) {
        return new Window(size, 1, size / 2);
    }

    /** A window for pooling without overlap. */
    static Window tiles(int size) {
        return new Window(size, size, 0);
    }

    Window stride(int newStride) {
        return new Window(size, newStride, padding);
    }

    /** Size of the map that comes out of one of {@code in} pixels; 0 or less where the window does not fit. */
    long out(long in) {
        return Math.floorDiv(in + 2L * padding - size, stride) + 1;
    }

    Map<String, Attribute> attributes() {
        Map<String, Attribute> a = new LinkedHashMap<>();
        a.put("kernel_shape", Attribute.ints(size, size));
        a.put("strides", Attribute.ints(stride, stride));
        a.put("pads", Attribute.ints(padding, padding, padding, padding));
        return a;
    }
}

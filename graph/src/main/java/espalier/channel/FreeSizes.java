package espalier.channel;

import espalier.graph.BadInputException;
import espalier.graph.Dim;
import espalier.graph.Model;
import espalier.graph.Shape;
import espalier.graph.ValueInfo;
import espalier.op.InputShapes;
import espalier.op.Trace;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The shapes of a model traced twice, with another batch and, as far as the model allows, other sizes wherever inputs declare none. What
 * differs must stay free in a cut.
 *
 * @param trace at batch 2, since with 1 some axes would seem to be none
 * @param other the same trace where nothing is free
 */
record FreeSizes(Trace trace, Trace other) {
    private static final long BATCH = 2;
    private static final long OTHER_BATCH = 3;

    static FreeSizes of(Model model, Map<String, Shape> overrides) {
        Map<String, Shape> shapes = InputShapes.of(model, BATCH, overrides);
        Trace trace;
        try {
            trace = Trace.of(model, shapes);
        } catch (BadInputException e) {
            return ofOne(model, overrides, e);
        }
        for (double factor : new double[] {2, 0.5, 1}) {
            Map<String, Shape> changed = changed(model, shapes, factor);
            if (changed.equals(shapes)) {
                break;
            }
            try {
                return new FreeSizes(trace, Trace.of(model, changed));
            } catch (BadInputException e) {
                if (factor == 1) {
                    return ofOne(model, overrides, e);
                }
            }
        }
        return new FreeSizes(trace, trace);
    }

    /** Some exports declare a free batch but only run with 1. */
    private static FreeSizes ofOne(Model model, Map<String, Shape> overrides, BadInputException failed) {
        try {
            Trace one = Trace.of(model, InputShapes.of(model, 1, overrides));
            return new FreeSizes(one, one);
        } catch (BadInputException e) {
            e.addSuppressed(failed);
            throw e;
        }
    }

    private static Map<String, Shape> changed(Model model, Map<String, Shape> shapes, double factor) {
        Map<String, Shape> out = new LinkedHashMap<>();
        for (ValueInfo in : model.graph().requiredInputs()) {
            Shape shape = shapes.get(in.name());
            if (shape != null) {
                out.put(in.name(), changed(shape, in.dims().orElse(List.of()), factor));
            }
        }
        return out;
    }

    private static Shape changed(Shape shape, List<Dim> dims, double factor) {
        Shape s = shape;
        for (int i = 0; i < dims.size(); i++) {
            if (!dims.get(i).isFixed()) {
                s = s.with(i, i == 0 ? OTHER_BATCH : (long) Math.ceil(shape.dim(i) * factor));
            }
        }
        return s;
    }
}

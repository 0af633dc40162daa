package espalier.pass;

import espalier.graph.BadInputException;
import espalier.graph.Dim;
import espalier.graph.Graph;
import espalier.graph.Model;
import espalier.graph.Node;
import espalier.graph.Tensor;
import espalier.graph.ValueInfo;
import espalier.op.InputShapes;
import espalier.op.TensorType;
import espalier.op.Trace;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Lets a network that an exporter made for batches of one size, mostly of 1, take any batch, without which it could not be trained.
 *
 * <ol>
 *   <li>Where the leading axes of all inputs have the same fixed size, they become free, and so do those of the outputs.
 *   <li>That size at the head of a {@code Reshape}'s constant becomes 0, which takes it from the input, beside a -1, and -1 elsewhere.
 *   <li>Left alone: a network in which not everything that depends on the inputs has the same shape as before, twice as many elements
 *       for twice the size and its samples apart ({@link BatchAxis}), and one with recurrent layers whose first state is given.
 * </ol>
 */
record FreeBatch() implements Pass {
    private static final Dim BATCH = Dim.symbol("batch");
    private static final Set<String> RECURRENT = Set.of("RNN", "GRU", "LSTM");

    @Override
    public Model apply(Model model) {
        Optional<Long> size = size(model.graph());
        if (size.isEmpty()) {
            return model;
        }
        Model free = free(model, size.get());
        return follows(model, free, size.get()) ? free : model;
    }

    /** The leading size of all inputs; empty where they differ or one is free. */
    private static Optional<Long> size(Graph graph) {
        List<Long> sizes = graph.requiredInputs().stream()
                .map(in -> in.dims().filter(dims -> !dims.isEmpty()).map(dims -> dims.get(0)))
                .map(dim -> dim.filter(Dim::isFixed).map(Dim::size).orElse(0L))
                .distinct()
                .toList();
        return sizes.size() == 1 && sizes.get(0) > 0 ? Optional.of(sizes.get(0)) : Optional.empty();
    }

    private static Model free(Model model, long size) {
        Graph graph = model.graph();
        Map<String, Tensor> shapes = new LinkedHashMap<>();
        List<Node> nodes = new ArrayList<>();
        for (Node n : graph.nodes()) {
            Optional<Tensor> shape =
                    n.is("Reshape") ? graph.constant(n.input(1)).flatMap(t -> freed(t, size)) : Optional.empty();
            String name = graph.freshName(n.id() + "_shape");
            shape.ifPresent(t -> shapes.put(name, t));
            nodes.add(shape.isPresent() ? n.without("allowzero").withInput(1, name) : n);
        }
        return model.withGraph(graph.withNodes(nodes)
                .plusInitializers(shapes)
                .withInputs(graph.inputs().stream().map(FreeBatch::freed).toList())
                .withOutputs(graph.outputs().stream().map(FreeBatch::freed).toList())
                .withValueInfo(Map.of()));
    }

    private static Optional<Tensor> freed(Tensor shape, long size) {
        long[] sizes = shape.toLongs();
        if (sizes.length == 0 || sizes[0] != size) {
            return Optional.empty();
        }
        boolean rest = IntStream.range(1, sizes.length).anyMatch(i -> sizes[i] < 0);
        sizes[0] = rest ? 0 : -1;
        return Optional.of(Tensor.longs(sizes));
    }

    private static ValueInfo freed(ValueInfo info) {
        return new ValueInfo(info.name(), info.type().map(FreeBatch::freed), info.extra());
    }

    private static ValueInfo.Type freed(ValueInfo.Type type) {
        return new ValueInfo.Type(
                type.dtype(), type.dims().filter(dims -> !dims.isEmpty()).map(dims -> {
                    List<Dim> freed = new ArrayList<>(dims);
                    freed.set(0, BATCH);
                    return freed;
                }));
    }

    private static boolean follows(Model fixed, Model free, long size) {
        try {
            Trace before = Trace.of(fixed, InputShapes.of(fixed, size, Map.of()));
            Trace once = Trace.of(free, InputShapes.of(free, size, Map.of()));
            Trace twice = Trace.of(free, InputShapes.of(free, 2 * size, Map.of()));
            BatchAxis batch = new BatchAxis(once, twice, free.opset());
            Set<String> varying = new HashSet<>();
            free.graph().requiredInputs().forEach(in -> varying.add(in.name()));
            for (Node n : free.graph().nodes()) {
                boolean varies = n.inputs().stream().anyMatch(varying::contains);
                if (varies && (hasFirstState(n) || !n.subgraphs().isEmpty())) {
                    return false;
                }
                for (String o : n.outputs()) {
                    if (varies && !o.isEmpty() && twice.constant(o).isEmpty()) {
                        varying.add(o);
                        if (!before.type(o).equals(once.type(o)) || !doubles(o, once, twice)) {
                            return false;
                        }
                    }
                }
                if (varying.contains(n.id()) && varying.contains(n.input(0)) && !batch.isKeptBy(n)) {
                    return false;
                }
            }
            return free.graph().outputNames().stream()
                    .allMatch(o -> varying.contains(o)
                            && twice.shape(o).rank() > 0
                            && twice.shape(o).dim(0) == 2 * size);
        } catch (BadInputException e) {
            return false;
        }
    }

    private static boolean doubles(String value, Trace once, Trace twice) {
        return once.type(value).isPresent()
                && twice.type(value)
                        .map(TensorType::shape)
                        .filter(s -> s.elements() == 2 * once.shape(value).elements())
                        .isPresent();
    }

    private static boolean hasFirstState(Node n) {
        return RECURRENT.contains(n.opType()) && (n.hasInput(5) || n.hasInput(6));
    }
}

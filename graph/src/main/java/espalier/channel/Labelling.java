package espalier.channel;

import espalier.graph.Edges;
import espalier.graph.Graph;
import espalier.graph.Model;
import espalier.graph.Node;
import espalier.graph.ValueInfo;
import espalier.op.Trace;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Gives every value its labels. A pass visits the nodes in order, each by its rule, and then settles what could only be decided at
 * the end. What is found to stay, and what had to be tied, is known from the start of the next pass; the passes end when nothing is
 * added, which is usually after two.
 */
final class Labelling {
    private final Graph graph;
    private final int opset;
    private final Trace trace;
    private final Trace otherSizes;
    private final Units units = new Units();
    private final Map<String, Source> sources = new LinkedHashMap<>();
    private final List<Tie> ties = new ArrayList<>();
    private final Map<String, int[]> shapes = new HashMap<>();
    private Map<String, Labels> values = new HashMap<>();
    private Set<String> zeros = new HashSet<>();
    private List<Check> checks = new ArrayList<>();
    private Uses uses = new Uses();
    private EqualRows rows = new EqualRows();

    private record Tie(Labels labels, int axis, Pin pin) {}

    private Labelling(Model model, Trace trace, Trace otherSizes) {
        this.graph = model.graph();
        this.opset = model.opset();
        this.trace = trace;
        this.otherSizes = otherSizes;
    }

    /**
     * @param trace shapes for one choice of the free sizes
     * @param otherSizes shapes for another; the same trace where all sizes are fixed
     */
    static Labelling of(Model model, Trace trace, Trace otherSizes) {
        Labelling l = new Labelling(model, trace, otherSizes);
        int known = -1;
        while (l.known() > known) {
            known = l.known();
            l.pass();
        }
        return l;
    }

    private int known() {
        int n = ties.size();
        for (int label = 1; label < units.size(); label++) {
            n += units.find(label) == 0 ? 1 : 0;
        }
        return n;
    }

    private void pass() {
        units.forgetUnions();
        values = new HashMap<>();
        zeros = new HashSet<>();
        checks = new ArrayList<>();
        uses = new Uses();
        rows = new EqualRows();
        for (Tie t : ties) {
            units.uniteOver(t.labels(), t.axis(), t.pin());
        }
        for (Node n : graph.nodes()) {
            visit(n);
        }
        settle();
    }

    private void visit(Node node) {
        Site site = new Site(node, this);
        for (String in : node.inputs()) {
            if (graph.initializers().containsKey(in)) {
                uses.reads(in);
            }
        }
        for (String captured : node.subgraphs().isEmpty() ? Set.<String>of() : Edges.captures(node)) {
            uses.reads(captured);
            units.pinAll(labels(captured), site.pin("reads it in a subgraph"));
        }
        if (isShapeArithmetic(node)) {
            return;
        }
        if (!isKnown(node)) {
            site.keepAll("(" + node.qualifiedType() + ") has values of unknown shape");
        } else if (!Rules.apply(site)) {
            site.keepAll("(" + node.qualifiedType() + ") has no channel rule");
        }
    }

    /** Integers computed from shapes and constants: a cut writes them anew. */
    private boolean isShapeArithmetic(Node node) {
        if (!trace.isHost(node)) {
            return false;
        }
        for (String o : node.outputs()) {
            if (!o.isEmpty() && trace.dtype(o).isFloating()) {
                return false;
            }
        }
        return true;
    }

    private boolean isKnown(Node node) {
        for (String v : node.inputs()) {
            if (!v.isEmpty() && !trace.knows(v)) {
                return false;
            }
        }
        for (String v : node.outputs()) {
            if (!v.isEmpty() && !trace.knows(v)) {
                return false;
            }
        }
        return true;
    }

    private void settle() {
        for (ValueInfo out : graph.outputs()) {
            uses.reads(out.name());
            Node producer = graph.edges().producer(out.name()).orElse(null);
            if (producer != null) {
                units.pinAll(labels(out.name()), new Pin(producer, "makes output '", out.name(), "'"));
            }
        }
        for (Check c : checks) {
            c.settle(units, uses);
        }
        uses.agree(units);
        for (Node n : graph.nodes()) {
            for (String o : n.outputs()) {
                Labels l = o.isEmpty() ? null : values.get(o);
                if (l != null) {
                    settle(n, o, l.canonical(units));
                }
            }
        }
        for (EqualRows.Tied t : rows.conflicts(units)) {
            ties.add(new Tie(t.labels(), 0, t.pin()));
        }
    }

    private void settle(Node node, String value, Labels labels) {
        values.put(value, labels);
        if (labels.isUniform()) {
            units.pinAll(labels, new Pin(node, "makes '", value, "', which would be empty without it"));
        } else if (labels.varying() > 1) {
            Labels l = labels;
            Pin pin = new Pin(node, "makes '", value, "', which must stay rectangular");
            while (l.varying() > 2) {
                ties.add(new Tie(l, shortest(l), pin));
                units.uniteOver(l, shortest(l), pin);
                l = l.canonical(units);
            }
            if (l.varying() == 2) {
                rows(matrix(l), pin);
            }
        }
    }

    private static int shortest(Labels l) {
        int axis = -1;
        for (int i = 0; i < l.rank(); i++) {
            if (l.varies(i) && (axis < 0 || l.dims()[i] < l.dims()[axis])) {
                axis = i;
            }
        }
        return axis;
    }

    private static Labels matrix(Labels l) {
        int rows = 1;
        for (int i = 0; rows == 1; i++) {
            rows = l.dims()[i];
        }
        return new Labels(new int[] {rows, l.ids().length / rows}, l.ids());
    }

    int opset() {
        return opset;
    }

    Graph graph() {
        return graph;
    }

    Trace trace() {
        return trace;
    }

    Trace otherSizes() {
        return otherSizes;
    }

    Units units() {
        return units;
    }

    Uses uses() {
        return uses;
    }

    EqualRows rows() {
        return rows;
    }

    List<Source> sources() {
        return List.copyOf(sources.values());
    }

    int[] shape(String value) {
        int[] s = shapes.get(value);
        if (s == null) {
            s = Site.ints(trace.shape(value));
            shapes.put(value, s);
        }
        return s;
    }

    boolean isOpen(String value, int axis) {
        return trace != otherSizes
                && (!otherSizes.knows(value)
                        || otherSizes.shape(value).rank() <= axis
                        || otherSizes.shape(value).dim(axis) != shape(value)[axis]);
    }

    /** 0 where it is not known. */
    int rank(String value) {
        return trace.knows(value) ? shape(value).length : 0;
    }

    Labels labels(String value) {
        Labels l = values.get(value);
        return l != null ? l.canonical(units) : Labels.none(rank(value));
    }

    Map<String, Labels> values() {
        return values;
    }

    /** An empty value has nothing that could go. */
    void put(String value, Labels labels) {
        values.put(value, labels.ids().length == 0 ? Labels.none(labels.rank()) : labels);
    }

    boolean isZero(String value) {
        return zeros.contains(value);
    }

    void zero(String value) {
        zeros.add(value);
    }

    boolean isWeight(String value) {
        espalier.graph.@Nullable Tensor t = graph.initializers().get(value);
        return t != null && t.dtype().isFloating();
    }

    void check(Check check) {
        checks.add(check);
    }

    void rows(Labels matrix, Pin pin) {
        rows.add(matrix, pin);
    }

    /** The same labels in every pass; a node makes them along one axis at most. */
    Labels fresh(Node node, int axis, int size, String weight) {
        int rank = shape(node.id()).length;
        if (size < 2) {
            return Labels.none(rank);
        }
        Source s = sources.get(node.id());
        if (s == null) {
            s = new Source(node, weight, axis, units.add(size), size);
            sources.put(node.id(), s);
        }
        return Labels.along(rank, axis, s.first(), size).canonical(units);
    }
}

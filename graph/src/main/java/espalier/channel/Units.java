package espalier.channel;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Classes of labels that go together (union-find; the smallest label is the root), and which of them must stay. Label 0 stays. A
 * class that must stay remembers why.
 */
final class Units {
    private int[] parent = new int[1024];
    private boolean[] pinned = new boolean[1024];
    private @Nullable Pin[] why = new Pin[1024];
    private int size = 1;
    private int version;

    /** Makes room for {@code n} new labels and returns the first. */
    int add(int n) {
        int first = size;
        size += n;
        if (size > parent.length) {
            int room = Math.max(size, 2 * parent.length);
            parent = Arrays.copyOf(parent, room);
            pinned = Arrays.copyOf(pinned, room);
            why = Arrays.copyOf(why, room);
        }
        for (int i = first; i < size; i++) {
            parent[i] = i;
        }
        return first;
    }

    /** Changes whenever {@link #find} may give something else. */
    int version() {
        return version;
    }

    /** One more than the largest label. */
    int size() {
        return size;
    }

    /** Every label by itself again, except that what must stay is still known to. */
    void forgetUnions() {
        boolean[] stays = new boolean[parent.length];
        @Nullable Pin[] reasons = new Pin[parent.length];
        for (int i = 1; i < size; i++) {
            int r = root(i);
            stays[i] = pinned[r];
            reasons[i] = why[r];
        }
        for (int i = 1; i < size; i++) {
            parent[i] = i;
        }
        version++;
        pinned = stays;
        why = reasons;
    }

    /** The label that stands for the class of {@code label}: 0 if it must stay. */
    int find(int label) {
        int r = root(label);
        return pinned[r] ? 0 : r;
    }

    private int root(int label) {
        int r = label;
        while (parent[r] != r) {
            parent[r] = parent[parent[r]];
            r = parent[r];
        }
        return r;
    }

    void unite(int a, int b, Pin reason) {
        int x = root(a);
        int y = root(b);
        if (x == y) {
            return;
        }
        if (x == 0 || y == 0) {
            pin(x + y, reason);
            return;
        }
        int r = Math.min(x, y);
        int other = x + y - r;
        version++;
        parent[other] = r;
        if (pinned[other] && !pinned[r]) {
            pinned[r] = true;
            why[r] = why[other];
        }
    }

    void pin(int label, Pin reason) {
        int r = root(label);
        if (r != 0 && !pinned[r]) {
            version++;
            pinned[r] = true;
            why[r] = reason;
        }
    }

    /** Why a label stays; null where it does not. */
    @Nullable
    Pin why(int label) {
        return why[root(label)];
    }

    void pinAll(Labels labels, Pin reason) {
        for (int id : labels.ids()) {
            pin(id, reason);
        }
    }

    /** Unites element by element; both have the same shape. */
    void uniteAll(Labels a, Labels b, Pin reason) {
        int[] x = a.ids();
        int[] y = b.ids();
        for (int i = 0; i < x.length; i++) {
            unite(x[i], y[i], reason);
        }
    }

    /** Unites all elements that differ in their position along {@code axis} only. */
    void uniteOver(Labels l, int axis, Pin reason) {
        int inner = l.inner(axis);
        int block = l.dims()[axis] * inner;
        int[] ids = l.ids();
        for (int i = 0; i < ids.length; i++) {
            unite(ids[i], ids[i / block * block + i % inner], reason);
        }
    }
}

package espalier.op;

import espalier.graph.Shape;
import java.util.List;

/**
 * Attention (opset 23): Q, K and V as [N, heads, length, depth], or as [N, length, heads * depth] with the numbers of heads as
 * attributes; past keys and values come before the new ones.
 *
 * @param batch N
 * @param heads of the queries
 * @param keyHeads of keys and values
 * @param queries length of the queries
 * @param keys length of past and new keys together
 * @param depth size of a key
 * @param valueDepth size of a value
 */
record Attention(long batch, long heads, long keyHeads, long queries, long keys, long depth, long valueDepth) {

    static Attention of(Site s) {
        Shape q = s.shape(0);
        Shape k = s.shape(1);
        Shape v = s.shape(2);
        boolean split = q.rank() == 4;
        if ((q.rank() != 3 && !split) || k.rank() != q.rank() || v.rank() != q.rank()) {
            throw s.error("Q %s, K %s and V %s must all have 3 or all 4 axes", q, k, v);
        }
        long heads = split ? q.dim(1) : heads(s, "q_num_heads", q);
        long keyHeads = split ? k.dim(1) : heads(s, "kv_num_heads", k);
        long past = s.has(4) ? s.shape(4).dim(2) : 0;
        return new Attention(
                q.dim(0),
                heads,
                keyHeads,
                q.dim(-2),
                past + k.dim(-2),
                split ? q.dim(3) : q.dim(2) / heads,
                split ? v.dim(3) : v.dim(2) / keyHeads);
    }

    private static long heads(Site s, String attribute, Shape x) {
        long heads = s.node().intAttr(attribute, 0);
        if (heads < 1 || x.dim(2) % heads != 0) {
            throw s.error("%s %d does not divide %d", attribute, heads, x.dim(2));
        }
        return heads;
    }

    /** Y, present keys, present values, and the scores. */
    List<TensorType> outputs(Site s) {
        boolean split = s.shape(0).rank() == 4;
        Shape y = split
                ? Shape.of(batch, heads, queries, valueDepth)
                : Shape.of(batch, queries, Math.multiplyExact(heads, valueDepth));
        return List.of(
                new TensorType(s.dtype(0), y),
                TensorType.of(s.dtype(1), batch, keyHeads, keys, depth),
                TensorType.of(s.dtype(2), batch, keyHeads, keys, valueDepth),
                TensorType.of(s.dtype(0), batch, heads, queries, keys));
    }

    /** Scores and weighted values. */
    long macs() {
        long scores = Math.multiplyExact(Math.multiplyExact(batch, heads), Math.multiplyExact(queries, keys));
        return Math.multiplyExact(scores, Math.addExact(depth, valueDepth));
    }
}

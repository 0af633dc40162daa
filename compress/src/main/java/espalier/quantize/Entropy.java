package espalier.quantize;

import espalier.config.Method;

/**
 * The least loss of information. Migacz: 8-bit Inference with TensorRT, GPU Technology Conference 2017.
 *
 * <p>min over t of KL(P || Q): P is the histogram between -t and t, with the outliers counted in its outermost bins; Q has for each
 * point of the grid the mass of its bins, spread evenly over those of them that are not empty. The bin at 0 is left out: after a ReLU
 * it would outweigh all others, although 0 is hit exactly.
 */
@Method(
        key = "entropy",
        summary = "least Kullback-Leibler divergence between values and grid",
        paper = "Migacz: 8-bit Inference with TensorRT, GPU Technology Conference 2017")
public record Entropy() implements Range {
    private static final int CANDIDATES = 128;

    /** What Q gets where P has something and Q nothing. */
    private static final double SMALL = 1e-9;

    @Override
    public Interval of(Histogram values, int steps) {
        Interval all = values.all().withZero();
        Interval best = all;
        double least = Double.POSITIVE_INFINITY;
        for (int k = CANDIDATES; k > CANDIDATES / 16 && all.largest() > 0; k--) {
            Interval tried = all.within(all.largest() * k / CANDIDATES);
            int from = values.bin(tried.low());
            int to = values.bin(tried.high());
            double divergence = divergence(values, from, to, steps + 1);
            if (divergence < least) {
                least = divergence;
                best = tried;
            }
        }
        return best;
    }

    private static double divergence(Histogram values, int from, int to, int points) {
        int n = to - from + 1;
        double[] inside = new double[n];
        double[] p = new double[n];
        double total = 0;
        for (int b = 0; b < values.bins(); b++) {
            double mass = b == Histogram.SIDE ? 0 : values.in(b);
            int i = Math.max(0, Math.min(n - 1, b - from));
            p[i] += mass;
            inside[i] += b >= from && b <= to ? mass : 0;
            total += mass;
        }
        double sum = 0;
        for (int point = 0; point < points; point++) {
            int first = (int) ((long) point * n / points);
            int end = (int) ((long) (point + 1) * n / points);
            double mass = 0;
            int filled = 0;
            for (int i = first; i < end; i++) {
                mass += inside[i];
                filled += p[i] > 0 ? 1 : 0;
            }
            for (int i = first; i < end; i++) {
                if (p[i] > 0) {
                    double share = mass / filled / total;
                    sum += p[i] / total * Math.log(p[i] / total / Math.max(share, SMALL));
                }
            }
        }
        return sum;
    }
}

package espalier.prune;

import espalier.graph.BadInputException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What it costs to remove a share of one layer.
 *
 * @param points by rising ratio
 */
public record Curve(List<Point> points) {
    /** Nothing is known. */
    static final Curve UNKNOWN = new Curve(List.of());

    /**
     * @param ratio share of the layer's units that is gone, 0..1
     * @param drop of accuracy or agreement, 0..1; below 0 where it got better
     */
    public record Point(double ratio, double drop) {
        public Point {
            if (!(ratio > 0 && ratio < 1) || !Double.isFinite(drop)) {
                throw BadInputException.of("a point of a curve needs a ratio between 0 and 1, got %s", ratio);
            }
        }
    }

    public Curve {
        points =
                points.stream().sorted(Comparator.comparingDouble(Point::ratio)).toList();
    }

    /** This curve with the points of another; where both know a ratio, the other counts. */
    Curve merged(Curve other) {
        List<Point> all = new ArrayList<>(other.points);
        points.stream()
                .filter(p -> other.points.stream().noneMatch(o -> o.ratio == p.ratio))
                .forEach(all::add);
        return new Curve(all);
    }

    /**
     * The largest share that can go for a drop. Noise must not make a larger cut look cheaper than a smaller one, so a drop counts
     * for all larger ratios too; between points it is interpolated, and beyond the last up to the whole layer, which costs all there is.
     */
    double ratioFor(double drop) {
        if (points.isEmpty()) {
            return 0;
        }
        double ratio = 0;
        double worst = 0;
        for (Point p : points) {
            double next = Math.max(worst, p.drop);
            if (next > drop) {
                return ratio + (p.ratio - ratio) * Math.max(0, drop - worst) / (next - worst);
            }
            ratio = p.ratio;
            worst = next;
        }
        return worst < 1 ? ratio + (1 - ratio) * Math.min(1, (drop - worst) / (1 - worst)) : ratio;
    }
}

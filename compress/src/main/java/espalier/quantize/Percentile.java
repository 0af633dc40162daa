package espalier.quantize;

import espalier.config.Key;
import espalier.config.Method;
import espalier.graph.BadInputException;

/**
 * All but the outliers. Wu, Judd, Zhang, Isaev, Micikevicius: Integer Quantization for Deep Learning Inference: Principles and
 * Empirical Evaluation, 2020, arXiv:2004.09602, section 3.3.
 *
 * @param share of the values that is covered; half of the others lie on each side
 */
@Method(
        key = "percentile",
        summary = "all but the outermost values",
        paper =
                "Wu et al.: Integer Quantization for Deep Learning Inference: Principles and Empirical Evaluation, 2020,"
                        + " arXiv:2004.09602")
public record Percentile(
        @Key("share of the values that is covered, as 99.99%")
        double share) implements Range {
    public Percentile() {
        this(0.9999);
    }

    public Percentile {
        if (!(share > 0.5 && share <= 1)) {
            throw BadInputException.of("share must be above 0.5 and at most 1, got %s", share);
        }
    }

    @Override
    public Interval of(Histogram values, int steps) {
        double outside = (1 - share) / 2;
        return new Interval(values.quantile(outside), values.quantile(1 - outside));
    }
}

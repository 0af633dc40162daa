package espalier.quantize;

import espalier.config.Method;

/**
 * Everything that was seen. Jacob et al.: Quantization and Training of Neural Networks for Efficient Integer-Arithmetic-Only
 * Inference, 2018, arXiv:1712.05877, section 3.
 */
@Method(
        key = "min-max",
        summary = "from the smallest value seen to the largest",
        paper =
                "Jacob et al.: Quantization and Training of Neural Networks for Efficient Integer-Arithmetic-Only Inference, 2018,"
                        + " arXiv:1712.05877")
public record MinMax() implements Range {
    @Override
    public Interval of(Histogram values, int steps) {
        return values.all();
    }
}

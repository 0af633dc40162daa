package espalier.op;

/**
 * What a stored constant costs.
 *
 * @param name initializer, or output of a {@code Constant} node
 * @param elements number of elements
 * @param bytes their bytes
 * @param isParameter whether it counts as learned weight; running statistics and integers that shape values do not
 */
public record ConstantCost(String name, long elements, long bytes, boolean isParameter) {}

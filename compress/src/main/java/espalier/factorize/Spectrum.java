package espalier.factorize;

/**
 * The singular values of a matrix.
 *
 * @param values in falling order
 * @param rows of the matrix
 * @param columns of the matrix
 */
record Spectrum(double[] values, long rows, long columns) {}

/**
 * What is deployed and measured: models in ONNX Runtime, the independent referee, without libtorch.
 *
 * <p>Read in this order: {@link espalier.runtime.OrtSession} runs a file, {@link espalier.runtime.RandomInputs} feeds it, {@link
 * espalier.runtime.Difference} compares two answers, {@link espalier.runtime.LatencyComparison} compares the speed of several
 * models in one run. Only this package knows {@code ai.onnxruntime}.
 */
@NullMarked
package espalier.runtime;

import org.jspecify.annotations.NullMarked;

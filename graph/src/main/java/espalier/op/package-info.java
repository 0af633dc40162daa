/**
 * What the operators of ONNX mean for shapes, for integer arithmetic on the host and for cost, opset 7 to 26.
 *
 * <p>Read in this order: {@link espalier.op.InputShapes} (which shapes come in), {@link espalier.op.Trace} (which shape every value
 * has then), {@code ShapeRules} and the tables it collects (one rule per operator, by topic), {@code HostEval} (operators computed
 * at once because shapes depend on them), {@link espalier.op.SymbolicShapes} (what depends on the batch), {@link espalier.op.Cost}.
 */
@NullMarked
package espalier.op;

import org.jspecify.annotations.NullMarked;

/**
 * ONNX files and ONNX text. {@link espalier.onnx.OnnxFile} reads and writes; underneath, {@code Message} and {@code
 * Output} are a protobuf message that is read and one that is written, {@code ModelReader} and {@code ModelWriter} translate between
 * messages and {@code espalier.graph}. Fields that are not interpreted are carried along as {@link espalier.graph.Extra}.
 */
@NullMarked
package espalier.onnx;

import org.jspecify.annotations.NullMarked;

package espalier.op;

import espalier.graph.DType;
import espalier.graph.Shape;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Operators whose output has the shape of their input, or that to which their inputs broadcast. */
final class ElementwiseShapes implements ShapeTable {
    @Override
    public @Nullable ShapeRule rule(String op) {
        return switch (op) {
            case "Abs",
                    "Acos",
                    "Acosh",
                    "Asin",
                    "Asinh",
                    "Atan",
                    "Atanh",
                    "BitwiseNot",
                    "Ceil",
                    "Celu",
                    "Clip",
                    "Cos",
                    "Cosh",
                    "CumSum",
                    "CumProd",
                    "Elu",
                    "Erf",
                    "Exp",
                    "Floor",
                    "Gelu",
                    "HardSigmoid",
                    "HardSwish",
                    "Hardmax",
                    "Identity",
                    "LeakyRelu",
                    "Log",
                    "LogSoftmax",
                    "Mish",
                    "Neg",
                    "Not",
                    "PRelu",
                    "Reciprocal",
                    "Relu",
                    "ReverseSequence",
                    "RotaryEmbedding",
                    "Round",
                    "Selu",
                    "Shrink",
                    "Sigmoid",
                    "Sign",
                    "Sin",
                    "Sinh",
                    "Softmax",
                    "Softplus",
                    "Softsign",
                    "Sqrt",
                    "Swish",
                    "Tan",
                    "Tanh",
                    "ThresholdedRelu",
                    "Trilu" -> Site::same;
            case "Add",
                    "And",
                    "BitShift",
                    "BitwiseAnd",
                    "BitwiseOr",
                    "BitwiseXor",
                    "Div",
                    "Max",
                    "Mean",
                    "Min",
                    "Mod",
                    "Mul",
                    "Or",
                    "Pow",
                    "Sub",
                    "Sum",
                    "Xor" -> s -> s.like(broadcast(s));
            case "Equal", "Greater", "GreaterOrEqual", "Less", "LessOrEqual" ->
                s -> List.of(new TensorType(DType.BOOL, broadcast(s)));
            case "IsInf" -> ElementwiseShapes::test;
            case "IsNaN" -> ElementwiseShapes::test;
            case "Where" -> s -> List.of(new TensorType(s.dtype(1), broadcast(s)));
            case "Cast" -> s -> List.of(new TensorType(target(s), s.shape(0)));
            case "CastLike" -> s -> List.of(new TensorType(s.dtype(1), s.shape(0)));
            case "Dropout" -> ElementwiseShapes::dropout;
            case "Bernoulli" -> ElementwiseShapes::random;
            case "RandomNormalLike" -> ElementwiseShapes::random;
            case "RandomUniformLike" -> ElementwiseShapes::random;
            default -> null;
        };
    }

    private static Shape broadcast(Site s) {
        Shape shape = s.shape(0);
        for (int i = 1; i < s.inputs(); i++) {
            Shape other = s.shape(i);
            shape = other.equals(shape) ? shape : Shape.broadcast(shape, other);
        }
        return shape;
    }

    private static List<TensorType> test(Site s) {
        return List.of(new TensorType(DType.BOOL, s.shape(0)));
    }

    private static List<TensorType> random(Site s) {
        return List.of(new TensorType(s.dtypeAttr("dtype").orElse(s.dtype(0)), s.shape(0)));
    }

    private static DType target(Site s) {
        return s.dtypeAttr("to").orElseThrow(() -> s.error("attribute 'to' is missing"));
    }

    /** The mask has the input's type before opset 10. */
    private static List<TensorType> dropout(Site s) {
        TensorType x = s.type(0);
        return List.of(x, new TensorType(s.opset() < 10 ? x.dtype() : DType.BOOL, x.shape()));
    }
}

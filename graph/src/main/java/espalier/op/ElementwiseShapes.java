package espalier.op;

import espalier.graph.DType;
import espalier.graph.Shape;
import java.util.List;
import java.util.Map;

/** Operators whose output has the shape of their input, or that to which their inputs broadcast. */
final class ElementwiseShapes {
    private static final List<String> UNARY = List.of(
            "Abs",
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
            "Trilu");
    private static final List<String> BROADCAST = List.of(
            "Add",
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
            "Xor");
    private static final List<String> COMPARISON = List.of("Equal", "Greater", "GreaterOrEqual", "Less", "LessOrEqual");

    private ElementwiseShapes() {}

    static void addTo(Map<String, ShapeRule> rules) {
        UNARY.forEach(op -> rules.put(op, Site::same));
        BROADCAST.forEach(op -> rules.put(op, s -> s.like(broadcast(s))));
        COMPARISON.forEach(op -> rules.put(op, s -> List.of(new TensorType(DType.BOOL, broadcast(s)))));
        rules.put("IsInf", ElementwiseShapes::test);
        rules.put("IsNaN", ElementwiseShapes::test);
        rules.put("Where", s -> List.of(new TensorType(s.dtype(1), broadcast(s))));
        rules.put("Cast", s -> List.of(new TensorType(target(s), s.shape(0))));
        rules.put("CastLike", s -> List.of(new TensorType(s.dtype(1), s.shape(0))));
        rules.put("Dropout", ElementwiseShapes::dropout);
        rules.put("Bernoulli", ElementwiseShapes::random);
        rules.put("RandomNormalLike", ElementwiseShapes::random);
        rules.put("RandomUniformLike", ElementwiseShapes::random);
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

package espalier.channel;

import java.util.ArrayList;
import java.util.List;

/**
 * Operators that treat each element alone: labels pass through one operand and are united where operands meet.
 *
 * <p>The second question of each rule is whether an element that a mask made zero is zero afterwards.
 */
final class ElementwiseRules {
    private ElementwiseRules() {}

    static boolean apply(Site s) {
        switch (s.node().opType()) {
            case "Abs",
                    "Asin",
                    "Asinh",
                    "Atan",
                    "Atanh",
                    "BitShift",
                    "Cast",
                    "CastLike",
                    "Ceil",
                    "Celu",
                    "Elu",
                    "Erf",
                    "Floor",
                    "Gelu",
                    "HardSwish",
                    "Identity",
                    "LeakyRelu",
                    "Mish",
                    "Neg",
                    "Relu",
                    "Round",
                    "Selu",
                    "Shrink",
                    "Sign",
                    "Sin",
                    "Sinh",
                    "Softsign",
                    "Sqrt",
                    "Swish",
                    "Tan",
                    "Tanh",
                    "ThresholdedRelu" -> unary(s, true);
            case "Dropout" -> dropout(s);
            case "Acos",
                    "Acosh",
                    "BitwiseNot",
                    "Cos",
                    "Cosh",
                    "Exp",
                    "HardSigmoid",
                    "IsInf",
                    "IsNaN",
                    "Log",
                    "Not",
                    "Reciprocal",
                    "Sigmoid",
                    "Softplus" -> unary(s, false);
            case "Clip" -> unary(s, clipKeepsZero(s));
            case "QuantizeLinear", "DequantizeLinear" -> scaled(s);
            case "Add", "Max", "Mean", "Min", "Or", "Sub", "Sum", "Xor" -> meet(s, all(s));
            case "And", "Mul" -> meet(s, any(s));
            case "PRelu" -> meet(s, operandIsZero(s, 0));
            case "Div" -> divide(s);
            case "BitwiseAnd",
                    "BitwiseOr",
                    "BitwiseXor",
                    "Equal",
                    "Greater",
                    "GreaterOrEqual",
                    "Less",
                    "LessOrEqual",
                    "Mod",
                    "Pow",
                    "Where" -> meet(s, false);
            default -> {
                return false;
            }
        }
        return true;
    }

    private static void unary(Site s, boolean keepsZero) {
        s.out(s.in(0), keepsZero && s.isZero(0));
    }

    private static void dropout(Site s) {
        unary(s, true);
        s.out(1, s.in(0));
    }

    private static boolean clipKeepsZero(Site s) {
        return limit(s, "min", 1, -Float.MAX_VALUE) <= 0 && limit(s, "max", 2, Float.MAX_VALUE) >= 0;
    }

    private static double limit(Site s, String attribute, int input, float otherwise) {
        if (s.has(input)) {
            return s.trace()
                    .constant(s.node().input(input))
                    .map(t -> t.doubleAt(0))
                    .orElse(Double.NaN);
        }
        return s.node().realAttr(attribute, otherwise);
    }

    private static void scaled(Site s) {
        if (elements(s.shape(1)) != 1) {
            s.keepAll("has a scale for each channel");
        }
        unary(s, false);
    }

    private static long elements(int[] shape) {
        long n = 1;
        for (int d : shape) {
            n *= d;
        }
        return n;
    }

    /** A mask must not make zero what is divided by. */
    private static void divide(Site s) {
        if (s.in(1).varying() > 0 && s.isZero(1)) {
            s.keep(s.in(1), "divides by values that are zero under a mask");
        }
        meet(s, operandIsZero(s, 0));
    }

    /** Operands with labels on every axis that has any are united; smaller ones wait for the end of the pass. */
    private static void meet(Site s, boolean zero) {
        Operands o = new Operands(s);
        if (o.varying == 0) {
            s.out(Labels.none(s.outRank()), false);
        } else if (o.full < 0) {
            s.keepAll("combines operands that have channels on different axes");
            s.out(Labels.none(s.outRank()), false);
        } else {
            o.join();
            s.out(o.base, zero);
        }
    }

    private static boolean all(Site s) {
        for (int i = 0; i < s.inputs(); i++) {
            if (!operandIsZero(s, i)) {
                return false;
            }
        }
        return true;
    }

    private static boolean any(Site s) {
        for (int i = 0; i < s.inputs(); i++) {
            if (operandIsZero(s, i)) {
                return true;
            }
        }
        return false;
    }

    private static boolean operandIsZero(Site s, int i) {
        return new Operands(s).isZero(i);
    }

    /** The operands of one node, aligned to the output's rank. */
    private static final class Operands {
        private final Site site;
        private final int rank;
        private final List<Labels> labels = new ArrayList<>();
        private final List<int[]> shapes = new ArrayList<>();
        private final int[] dims;
        private final int varying;
        private final int full;
        private Labels base;

        Operands(Site s) {
            site = s;
            rank = s.outRank();
            dims = Labels.none(rank).dims();
            for (int i = 0; i < s.inputs(); i++) {
                labels.add(s.in(i).aligned(rank));
                shapes.add(Labels.aligned(s.shape(i), rank));
                for (int a = 0; a < rank; a++) {
                    dims[a] = Math.max(dims[a], labels.get(i).dims()[a]);
                }
            }
            int n = 0;
            for (int d : dims) {
                n += d > 1 ? 1 : 0;
            }
            varying = n;
            full = firstFull();
            base = full < 0 ? Labels.none(rank) : labels.get(full).broadcast(dims);
        }

        private int firstFull() {
            for (int i = 0; i < labels.size(); i++) {
                if (!site.isWeight(i) && isFull(i)) {
                    return i;
                }
            }
            return -1;
        }

        private boolean isFull(int i) {
            for (int a = 0; a < rank; a++) {
                if (dims[a] > 1 && shapes.get(i)[a] != dims[a]) {
                    return false;
                }
            }
            return true;
        }

        boolean isZero(int i) {
            return varying > 0 && isFull(i) && (site.isWeight(i) || site.isZero(i));
        }

        void join() {
            for (int i = 0; i < labels.size(); i++) {
                if (i == full) {
                    continue;
                }
                if (site.isWeight(i)) {
                    site.follows(i, shapes.get(i), base, role(i));
                } else if (isFull(i)) {
                    site.unite(base, labels.get(i).broadcast(dims), "adds or multiplies it with what stays");
                } else {
                    Pin pin = site.pin("combines it with values that stay");
                    site.check(new Check.Meets(base, labels.get(i), shapes.get(i), pin));
                }
            }
        }

        private Role role(int i) {
            String op = site.node().opType();
            boolean divides = op.equals("Div") && i == 1;
            return divides || op.equals("Pow") || op.equals("Mod") ? Role.UNMASKED : Role.CHANNEL;
        }
    }
}

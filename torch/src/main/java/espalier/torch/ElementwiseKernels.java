package espalier.torch;

import java.util.function.BinaryOperator;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.StringViewOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Arithmetic, comparisons and logic, element by element, operands broadcast. */
final class ElementwiseKernels {
    private ElementwiseKernels() {}

    static void addTo(KernelTable t) {
        t.add("Add", ElementwiseKernels::add);
        t.binary("Sub", torch::sub);
        t.binary("Mul", torch::mul);
        t.add("Div", ElementwiseKernels::div);
        t.add("Mod", ElementwiseKernels::mod);
        t.add("Pow", ElementwiseKernels::pow);
        t.add("Sum", site -> fold(torch::add));
        t.add("Max", site -> fold(torch::maximum));
        t.add("Min", site -> fold(torch::minimum));
        t.add("Mean", ElementwiseKernels::mean);
        t.unary("Abs", Tensor::abs);
        t.unary("Neg", Tensor::neg);
        t.unary("Sign", torch::sign);
        t.unary("Floor", torch::floor);
        t.unary("Ceil", torch::ceil);
        t.unary("Round", torch::round);
        t.unary("Reciprocal", torch::reciprocal);
        t.unary("Sqrt", torch::sqrt);
        t.unary("Exp", Tensor::exp);
        t.unary("Log", Tensor::log);
        t.unary("Erf", torch::erf);
        t.unary("Sin", torch::sin);
        t.unary("Cos", torch::cos);
        t.unary("Tan", torch::tan);
        t.unary("Asin", torch::asin);
        t.unary("Acos", torch::acos);
        t.unary("Atan", torch::atan);
        t.unary("Sinh", torch::sinh);
        t.unary("Cosh", torch::cosh);
        t.unary("Asinh", torch::asinh);
        t.unary("Acosh", torch::acosh);
        t.unary("Atanh", torch::atanh);
        t.binary("Equal", torch::eq);
        t.binary("Less", torch::lt);
        t.binary("LessOrEqual", torch::le);
        t.binary("Greater", torch::gt);
        t.binary("GreaterOrEqual", torch::ge);
        t.binary("And", torch::logical_and);
        t.binary("Or", torch::logical_or);
        t.binary("Xor", torch::logical_xor);
        t.unary("Not", torch::logical_not);
        t.binary("BitwiseAnd", torch::bitwise_and);
        t.binary("BitwiseOr", torch::bitwise_or);
        t.binary("BitwiseXor", torch::bitwise_xor);
        t.unary("BitwiseNot", torch::bitwise_not);
        t.unary("IsNaN", torch::isnan);
        t.add("IsInf", ElementwiseKernels::isInf);
        t.add("BitShift", ElementwiseKernels::bitShift);
        t.add("Where", site -> Step.one(in -> torch.where(in[0], in[1], in[2])));
        t.add("Cast", site -> cast(site.rounding(0), site.outputType(0)));
        t.add("CastLike", site -> cast(site.rounding(0), site.outputType(0)));
    }

    /** In place where an operand has the size of the result and nobody needs it any more. */
    private static Step add(Site site) {
        if (site.mayOverwrite(0) && site.shape(0).equals(site.output())) {
            return Step.one(in -> addTo(in[0], in[1]));
        }
        if (site.mayOverwrite(1) && site.shape(1).equals(site.output())) {
            return Step.one(in -> addTo(in[1], in[0]));
        }
        return Step.one(in -> torch.add(in[0], in[1]));
    }

    private static Tensor addTo(Tensor sum, Tensor more) {
        sum.add_(more);
        return sum;
    }

    private static Step div(Site site) {
        if (site.dtype(0).isFloating()) {
            return Step.one(in -> torch.div(in[0], in[1]));
        }
        StringViewOptional towardsZero = site.keep(new StringViewOptional(site.keep(new BytePointer("trunc"))));
        return Step.one(in -> torch.div(in[0], in[1], towardsZero));
    }

    /** The sign follows the divisor, or the dividend with {@code fmod}. */
    private static Step mod(Site site) {
        return site.flag("fmod", false)
                ? Step.one(in -> torch.fmod(in[0], in[1]))
                : Step.one(in -> torch.remainder(in[0], in[1]));
    }

    private static Step pow(Site site) {
        ScalarType type = site.outputType(0);
        var exponent = site.known(1).filter(e -> e.elements() == 1 && e.shape().rank() <= site.rank(0));
        if (exponent.isPresent() && site.dtype(0).isFloating()) {
            double e = exponent.get().doubleAt(0);
            if (e == 2) {
                return Step.unary(x -> x.mul(x));
            }
            Scalar s = site.scalar(e);
            return Step.unary(x -> x.pow(s));
        }
        return Step.one(in -> {
            Tensor y = torch.pow(in[0], in[1]);
            return y.scalar_type().intern() == type ? y : y.to(type);
        });
    }

    private static Step fold(BinaryOperator<Tensor> f) {
        return Step.one(in -> {
            Tensor y = in[0];
            for (int i = 1; i < in.length; i++) {
                y = f.apply(y, in[i]);
            }
            return y;
        });
    }

    private static Step mean(Site site) {
        Scalar share = site.scalar(1.0 / site.inputs());
        Step sum = fold(torch::add);
        return Step.one(in -> sum.run(in)[0].mul(share));
    }

    private static Step isInf(Site site) {
        boolean negative = site.flag("detect_negative", true);
        boolean positive = site.flag("detect_positive", true);
        if (negative && positive) {
            return Step.unary(torch::isinf);
        }
        if (!negative && !positive) {
            return Step.unary(x -> torch.isinf(x).logical_and(torch.isnan(x)));
        }
        return Step.unary(positive ? torch::isposinf : torch::isneginf);
    }

    private static Step bitShift(Site site) {
        return site.node().textAttr("direction", "LEFT").equals("LEFT")
                ? Step.one(in -> torch.bitwise_left_shift(in[0], in[1]))
                : Step.one(in -> torch.bitwise_right_shift(in[0], in[1]));
    }

    /** Through {@code rounding}, so that a conversion to half precision loses what it should though more bits carry it. */
    private static Step cast(ScalarType rounding, ScalarType carrier) {
        return Step.unary(x -> {
            ScalarType from = x.scalar_type().intern();
            Tensor rounded = from == rounding ? x : x.to(rounding);
            return rounding == carrier ? rounded : rounded.to(carrier);
        });
    }
}

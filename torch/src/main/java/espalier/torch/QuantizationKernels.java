package espalier.torch;

import espalier.graph.DType;
import espalier.graph.Shape;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Conversion between real numbers and small integers, and products of such integers. Quantizing has no gradient. */
final class QuantizationKernels {
    private QuantizationKernels() {}

    static void addTo(KernelTable t) {
        t.add("QuantizeLinear", QuantizationKernels::quantizeLinear);
        t.add("DequantizeLinear", QuantizationKernels::dequantizeLinear);
        t.add("DynamicQuantizeLinear", QuantizationKernels::dynamicQuantizeLinear);
        t.add("MatMulInteger", QuantizationKernels::matMulInteger);
        t.add(FakeQuantize.OPERATOR, QuantizationKernels::fakeQuantize);
        t.unary(BinaryActivation.OPERATOR, new BinaryActivation()::apply);
    }

    /** round(x / scale) + zero point, ties to even, kept inside the type. */
    private static Step quantizeLinear(Site site) {
        Spread spread = Spread.of(site);
        DType type = quantized(site);
        Scalar low = site.scalar(lowest(site, type));
        Scalar high = site.scalar(highest(site, type));
        boolean zeroPoint = site.has(2);
        ScalarType carrier = Tensors.exact(type);
        return Step.one(in -> {
            Tensor q = torch.round(in[0].div(spread.apply(in[1])));
            Tensor shifted = zeroPoint ? q.add(spread.apply(in[2]).to(q.scalar_type())) : q;
            return shifted.clamp_min(low).clamp_max(high).to(carrier);
        });
    }

    private static DType quantized(Site site) {
        if (site.has(2)) {
            return site.dtype(2);
        }
        long code = site.intAttr("output_dtype", 0);
        return code == 0 ? DType.UINT8 : DType.of(Math.toIntExact(code));
    }

    private static long lowest(Site site, DType type) {
        return switch (type) {
            case UINT4, UINT8, UINT16 -> 0;
            case INT4 -> -8;
            case INT8 -> Byte.MIN_VALUE;
            case INT16 -> Short.MIN_VALUE;
            default -> throw site.error("quantizing to %s is not supported", type.text());
        };
    }

    private static long highest(Site site, DType type) {
        return lowest(site, type) + (1L << type.bits()) - 1;
    }

    private static Step dequantizeLinear(Site site) {
        Spread spread = Spread.of(site);
        ScalarType type = site.outputType(0);
        boolean zeroPoint = site.has(2);
        return Step.one(in -> {
            Tensor x = in[0].to(type);
            Tensor shifted = zeroPoint ? x.sub(spread.apply(in[2]).to(type)) : x;
            return shifted.mul(spread.apply(in[1]).to(type));
        });
    }

    /** How one scale per tensor, per index of an axis, or per block along an axis meets the elements. */
    private record Spread(boolean perAxis, int axis, int rank, long block, long size) {
        static Spread of(Site site) {
            Shape scale = site.shape(1);
            int rank = site.rank(0);
            int axis = rank == 0 ? 0 : Math.floorMod((int) site.intAttr("axis", 1), rank);
            long block = site.intAttr("block_size", 0);
            boolean perAxis = scale.rank() == 1 && scale.elements() > 1 && block == 0;
            return new Spread(
                    perAxis, axis, rank, block, rank == 0 ? 1 : site.shape(0).dim(axis));
        }

        Tensor apply(Tensor t) {
            if (perAxis) {
                long[] dims = new long[rank];
                java.util.Arrays.fill(dims, 1);
                dims[axis] = -1;
                return t.reshape(dims);
            }
            return block == 0
                    ? t
                    : torch.repeat_interleave(t, block, new LongOptional(axis), new LongOptional())
                            .narrow(axis, 0, size);
        }
    }

    private static Step fakeQuantize(Site site) {
        FakeQuantize f = FakeQuantize.of(site.node());
        return Step.one(in -> f.apply(in[0], in[1]));
    }

    private static Step dynamicQuantizeLinear(Site site) {
        Scalar zero = site.scalar(0);
        Scalar highest = site.scalar(255);
        return in -> {
            Tensor low = torch.min(in[0]).clamp_max(zero);
            Tensor high = torch.max(in[0]).clamp_min(zero);
            Tensor scale = high.sub(low).div(highest);
            Tensor offset = torch.round(low.neg().div(scale)).clamp_min(zero).clamp_max(highest);
            Tensor y = torch.round(in[0].div(scale)).add(offset).clamp_min(zero).clamp_max(highest);
            return new Tensor[] {y.to(ScalarType.Byte), scale, offset.to(ScalarType.Byte)};
        };
    }

    private static Step matMulInteger(Site site) {
        boolean zeroA = site.has(2);
        boolean zeroB = site.has(3);
        boolean rows = zeroA && site.rank(2) == 1 && site.shape(2).elements() > 1;
        return Step.one(in -> {
            Tensor a = in[0].to(ScalarType.Int);
            Tensor b = in[1].to(ScalarType.Int);
            Tensor offset = zeroA ? rows ? in[2].unsqueeze(-1) : in[2] : in[0];
            return torch.matmul(
                    zeroA ? a.sub(offset.to(ScalarType.Int)) : a, zeroB ? b.sub(in[3].to(ScalarType.Int)) : b);
        });
    }
}

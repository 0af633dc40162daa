package espalier.torch;

import static org.assertj.core.api.Assertions.assertThat;

import espalier.graph.DType;
import espalier.graph.Model;
import espalier.graph.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Gradients against central finite differences in double precision, for every kernel that has gradients. */
class GradientTest {
    private static final double H = 1e-5;
    private static final double TOLERANCE = 1e-6;

    /**
     * Operator, opset ({@code t}: training mode), inputs, attributes. Inputs: sizes joined by x, {@code +} positive, {@code u} within
     * (-1, 1), {@code g} above 1, {@code c} an initializer; {@code i:} integers, {@code n:} one integer, {@code b:} booleans, {@code
     * f:} one float; {@code -} absent.
     */
    private static final String TABLE = """
            Conv              | 17  | 2x4x5x5 6x2x3x3 6 | pads=1,0,1,2 group=2 strides=2,1
            Conv              | 17  | 1x2x7 3x2x3       | dilations=[2] pads=1,1
            Conv              | 17  | 1x1x3x3x3 2x1x2x2x2 2 |
            ConvTranspose     | 17  | 1x4x3x3 4x2x3x3 4 | strides=2,2 pads=1,1,0,1 output_padding=1,0 group=2
            Gemm              | 17  | 3x4 5x4 5         | transB=1
            Gemm              | 17  | 4x3 4x5 3x5       | transA=1 alpha=0.5 beta=2.0
            MatMul            | 17  | 2x3x4 4x5         |
            MatMul            | 17  | 2x3x4 2x4x2       |
            Einsum            | 17  | 2x3x4 2x4x5       | equation=bij,bjk->bik
            BatchNormalization| 17  | 4x3x2x2 3 3 3c 3+c |
            BatchNormalization| 17t | 4x3x2x2 3 3 3c 3+c |
            InstanceNormalization | 17 | 2x3x4x2 3 3    |
            LayerNormalization| 17  | 2x3x4 4 4         |
            LayerNormalization| 17  | 2x3x4 3x4 3x4     | axis=1
            GroupNormalization| 21  | 2x4x3 4 4         | num_groups=2
            GroupNormalization| 18  | 2x4x3 2 2         | num_groups=2
            RMSNormalization  | 23  | 2x3x4 4           |
            LpNormalization   | 17  | 2x3x4             | axis=1
            LpNormalization   | 17  | 2x3x4             | p=1
            MeanVarianceNormalization | 17 | 2x3x3x2    |
            LRN               | 17  | 1x5x2x2           | size=3 alpha=0.3
            Relu              | 17  | 2x3x4             |
            LeakyRelu         | 17  | 2x3x4             | alpha=0.2
            PRelu             | 17  | 2x3x4 3x1         |
            PRelu             | 17  | 2x3x4 4           |
            Elu               | 17  | 2x3x4             | alpha=0.7
            Selu              | 17  | 2x3x4             |
            Celu              | 17  | 2x3x4             | alpha=1.3
            ThresholdedRelu   | 17  | 2x3x4             | alpha=0.4
            Sigmoid           | 17  | 2x3x4             |
            HardSigmoid       | 17  | 2x3x4             | alpha=0.6
            HardSwish         | 17  | 2x3x4             |
            Tanh              | 17  | 2x3x4             |
            Softplus          | 17  | 2x3x4             |
            Softsign          | 17  | 2x3x4             |
            Mish              | 18  | 2x3x4             |
            Gelu              | 20  | 2x3x4             |
            Gelu              | 20  | 2x3x4             | approximate=tanh
            Swish             | 24  | 2x3x4             | alpha=1.5
            Shrink            | 17  | 2x3x4             | lambd=0.7 bias=0.3
            Clip              | 7   | 2x3x4             | min=-0.71 max=0.83
            Clip              | 13  | 2x3x4 f:-0.71 f:0.83 |
            Softmax           | 11  | 2x3x4             |
            Softmax           | 13  | 2x3x4             | axis=1
            LogSoftmax        | 11  | 2x3x4             | axis=1
            LogSoftmax        | 13  | 2x3x4             |
            MaxPool           | 17  | 1x2x5x5           | kernel_shape=3,3 strides=2,2 pads=1,1,1,1
            MaxPool           | 17  | 1x2x5x5           | kernel_shape=2,2 strides=2,2 ceil_mode=1
            MaxPool           | 17  | 1x2x7             | kernel_shape=[2] dilations=[2]
            AveragePool       | 17  | 1x2x5x5           | kernel_shape=3,3 strides=2,2 pads=1,1,1,1
            AveragePool       | 17  | 1x2x5x5           | kernel_shape=2,2 strides=2,2 ceil_mode=1
            AveragePool       | 19  | 1x2x6x6           | kernel_shape=2,2 dilations=2,2 pads=1,0,0,1 count_include_pad=1
            LpPool            | 18  | 1x2x4x4           | kernel_shape=2,2 p=3
            GlobalAveragePool | 17  | 2x3x4x2           |
            GlobalAveragePool | 17  | 2x3x4             |
            GlobalMaxPool     | 17  | 2x3x4x2           |
            GlobalLpPool      | 17  | 2x3x4x2           |
            Add               | 17  | 2x3x4 3x1         |
            Sub               | 17  | 2x3x4 4           |
            Mul               | 17  | 2x3x4 1x3x1       |
            Div               | 17  | 2x3x4 3x1+        |
            Mod               | 17  | 2x3x4 f:0.7       | fmod=1
            Pow               | 17  | 2x3x4 f:2.0       |
            Pow               | 17  | 2x3x4+ 3x1        |
            Sum               | 17  | 2x3 3 2x1         |
            Max               | 17  | 2x3x4 4           |
            Min               | 17  | 2x3x4 4           |
            Mean              | 17  | 2x3 3 2x1         |
            Abs               | 17  | 2x3x4             |
            Neg               | 17  | 2x3x4             |
            Reciprocal        | 17  | 2x3x4+            |
            Sqrt              | 17  | 2x3x4+            |
            Exp               | 17  | 2x3x4             |
            Log               | 17  | 2x3x4+            |
            Erf               | 17  | 2x3x4             |
            Sin               | 17  | 2x3x4             |
            Cos               | 17  | 2x3x4             |
            Tan               | 17  | 2x3x4u            |
            Asin              | 17  | 2x3x4u            |
            Acos              | 17  | 2x3x4u            |
            Atan              | 17  | 2x3x4             |
            Sinh              | 17  | 2x3x4             |
            Cosh              | 17  | 2x3x4             |
            Asinh             | 17  | 2x3x4             |
            Acosh             | 17  | 2x3x4g            |
            Atanh             | 17  | 2x3x4u            |
            Where             | 17  | b:1,0,1 2x3 3     |
            Cast              | 17  | 2x3               | to=1
            CastLike          | 17  | 2x3 f:1.0         |
            ReduceMean        | 17  | 2x3x4             | axes=1,-1 keepdims=0
            ReduceMean        | 18  | 2x3x4 i:1         |
            ReduceSum         | 13  | 2x3x4 i:0,2       |
            ReduceMax         | 17  | 2x3x4             | axes=[1]
            ReduceMin         | 17  | 2x3x4             |
            ReduceSumSquare   | 17  | 2x3x4             | axes=[2]
            ReduceL1          | 17  | 2x3x4             | axes=[2]
            ReduceL2          | 17  | 2x3x4             | axes=[1]
            ReduceLogSum      | 17  | 2x3x4+            | axes=[1]
            ReduceLogSumExp   | 17  | 2x3x4             | axes=[1]
            ReduceProd        | 17  | 2x3x4             | axes=0,2
            Identity          | 17  | 2x3               |
            Flatten           | 17  | 2x3x4             | axis=2
            Reshape           | 17  | 2x3x4 i:4,-1      |
            Squeeze           | 17  | 2x1x3 i:1         |
            Squeeze           | 11  | 2x1x3             | axes=[1]
            Unsqueeze         | 17  | 2x3 i:0,2         |
            Transpose         | 17  | 2x3x4             | perm=2,0,1
            Expand            | 17  | 2x1x3 i:2,4,3     |
            Tile              | 17  | 2x3 i:2,2         |
            Concat            | 17  | 2x3 2x2           | axis=1
            Split             | 17  | 4x3               | axis=0
            DepthToSpace      | 17  | 1x8x2x2           | blocksize=2
            DepthToSpace      | 17  | 1x8x2x2           | blocksize=2 mode=CRD
            SpaceToDepth      | 17  | 1x2x4x4           | blocksize=2
            Dropout           | 17  | 2x3               |
            Slice             | 17  | 4x5 i:3,-1 i:0,0 i:0,1 i:-2,-1 |
            Slice             | 9   | 4x5               | starts=1,1 ends=3,100
            Gather            | 17  | 4x5 i:2,-1,0      | axis=1
            Gather            | 17  | 4x5 n:-1          |
            GatherElements    | 17  | 3x2 2i:0,1;2,-1;1,1 |
            GatherND          | 17  | 3x2x2 2i:0,1;2,-1 |
            Scatter           | 10  | 3x2 2i:0,2 1x2    |
            ScatterElements   | 18  | 3x2 2i:0,2 1x2    | reduction=mul
            ScatterND         | 17  | 4x3 2i:1;3 2x3    |
            Pad               | 17  | 3x4 i:1,0,0,2 f:0.5 |
            Pad               | 17  | 3x4 i:1,2,0,-1    | mode=reflect
            Pad               | 10  | 3x4               | mode=edge pads=1,2,0,1
            Trilu             | 17  | 3x4 n:1           | upper=0
            Compress          | 17  | 4x3 b:0,1,1,0     | axis=0
            TopK              | 17  | 3x5 i:2           |
            CumSum            | 17  | 3x4 n:1           | reverse=1 exclusive=1
            OneHot            | 17  | i:0,2 n:3 2       |
            Resize            | 17  | 1x2x3x4 - - i:1,2,6,6 | mode=linear
            Resize            | 17  | 1x1x4x4 - - i:1,1,6,5 | mode=cubic
            Resize            | 18  | 1x1x6x6 - - i:1,1,4,3 | mode=linear antialias=1
            Resize            | 13  | 1x1x4x4 - - i:1,1,7,3 | mode=nearest
            Upsample          | 9   | 1x1x2x2 F:1,1,2,2 | mode=linear
            GridSample        | 16  | 1x2x3x3 1x2x2x2u  |
            NegativeLogLikelihoodLoss | 13 | 3x4 i:1,0,3 |
            SoftmaxCrossEntropyLoss   | 13 | 3x4 i:1,0,3 4+c |
            DequantizeLinear  | 13  | 2i:10,-3;100,7 2+ |
            """;

    /** Piecewise constant, integer or boolean results, or results that contents alone decide. */
    private static final Set<String> WITHOUT_GRADIENT = Set.of(
            "And",
            "ArgMax",
            "ArgMin",
            "BitShift",
            "BitwiseAnd",
            "BitwiseNot",
            "BitwiseOr",
            "BitwiseXor",
            "Ceil",
            "Constant",
            "ConstantOfShape",
            "DynamicQuantizeLinear",
            "Equal",
            "EyeLike",
            "Floor",
            "Greater",
            "GreaterOrEqual",
            "Hardmax",
            "IsInf",
            "IsNaN",
            "Less",
            "LessOrEqual",
            "MatMulInteger",
            "NonZero",
            "Not",
            "Or",
            "QuantizeLinear",
            "Range",
            "Round",
            "Shape",
            "Sign",
            "Size",
            "Xor");

    record Case(String operator, int opset, Mode mode, List<String> inputs, String attributes) {
        @Override
        public String toString() {
            return operator + " " + opset + " " + inputs + " " + attributes;
        }
    }

    static List<Case> cases() {
        return TABLE.lines()
                .map(line ->
                        Arrays.stream(line.split("\\|", -1)).map(String::trim).toList())
                .map(c -> new Case(
                        c.get(0),
                        Integer.parseInt(c.get(1).replace("t", "")),
                        c.get(1).endsWith("t") ? Mode.TRAIN : Mode.EVAL,
                        List.of(c.get(2).split(" ")),
                        c.get(3)))
                .toList();
    }

    @Test
    void every_differentiable_kernel_has_a_case() {
        Set<String> covered = cases().stream().map(Case::operator).collect(Collectors.toCollection(TreeSet::new));
        covered.addAll(WITHOUT_GRADIENT);
        assertThat(covered).isEqualTo(Program.operators());
    }

    @ParameterizedTest
    @MethodSource("cases")
    void gradients_agree_with_finite_differences(Case c) {
        Net net = Net.opset(c.opset);
        Random random = new Random(c.toString().hashCode());
        Map<String, Tensor> given = new LinkedHashMap<>();
        try (PointerScope scope = new PointerScope()) {
            List<String> names = new ArrayList<>();
            for (int i = 0; i < c.inputs.size(); i++) {
                names.add(c.inputs.get(i).equals("-") ? "" : "in" + i);
                declare(net, "in" + i, c.inputs.get(i), random, given);
            }
            String outputs = c.operator.equals("Split") ? "y, z" : c.operator.equals("TopK") ? "y, i" : "y";
            Model model = net.node(outputs + " = " + c.operator + "(" + String.join(",", names) + ")", c.attributes)
                    .outputs("y");
            try (Program program = Program.of(model, Precision.DOUBLE)) {
                check(program, c.mode, given, random);
            }
        }
    }

    private static void check(Program program, Mode mode, Map<String, Tensor> given, Random random) {
        Tensor y = output(program, mode, given);
        Tensor direction = Tensors.of(doubles(random, -2, 2, Tensors.shape(y)));
        y.mul(direction).sum().backward();
        assertThat(given).isNotEmpty();
        given.forEach((name, x) -> {
            espalier.graph.Tensor gradient = Tensors.toHost(x.grad());
            for (int i = 0; i < x.numel(); i++) {
                double up = value(program, mode, given, direction, name, i, H);
                double down = value(program, mode, given, direction, name, i, -H);
                double expected = (up - down) / (2 * H);
                assertThat(gradient.doubleAt(i))
                        .as("%s[%d]", name, i)
                        .isCloseTo(
                                expected,
                                org.assertj.core.data.Offset.offset(TOLERANCE * Math.max(1, Math.abs(expected))));
            }
        });
    }

    private static double value(
            Program program, Mode mode, Map<String, Tensor> given, Tensor direction, String name, int i, double by) {
        try (PointerScope scope = new PointerScope();
                AutoGradMode noGrad = new AutoGradMode(false)) {
            Map<String, Tensor> moved = new LinkedHashMap<>(given);
            espalier.graph.Tensor host = Tensors.toHost(given.get(name));
            double[] v = new double[(int) host.elements()];
            for (int k = 0; k < v.length; k++) {
                v[k] = host.doubleAt(k) + (k == i ? by : 0);
            }
            moved.put(name, Tensors.of(espalier.graph.Tensor.doubles(host.shape(), v)));
            return output(program, mode, moved).mul(direction).sum().item_double();
        }
    }

    private static Tensor output(Program program, Mode mode, Map<String, Tensor> given) {
        return program.run(given, mode).get("y");
    }

    private static void declare(Net net, String name, String spec, Random random, Map<String, Tensor> given) {
        if (spec.equals("-")) {
            return;
        }
        int colon = spec.indexOf(':');
        if (colon > 0) {
            net.constant(name, constant(spec.substring(0, colon), spec.substring(colon + 1)));
            return;
        }
        long[] dims = Arrays.stream(spec.replaceAll("[+ugc]", "").split("x"))
                .mapToLong(Long::parseLong)
                .toArray();
        double low = spec.contains("+") ? 0.5 : spec.contains("u") ? -0.93 : spec.contains("g") ? 1.2 : -2;
        double high = spec.contains("u") ? 0.93 : 2.5;
        espalier.graph.Tensor host = doubles(random, low, high, dims);
        if (spec.endsWith("c")) {
            net.constant(name, espalier.graph.Tensor.floats(host.shape(), host.toFloats()));
            return;
        }
        net.input(name, DType.DOUBLE, dims);
        Tensor t = Tensors.of(host);
        t.set_requires_grad(true);
        given.put(name, t);
    }

    private static espalier.graph.Tensor constant(String kind, String list) {
        List<Double> v = Arrays.stream(list.split("[,;]")).map(Double::valueOf).toList();
        long[] longs = v.stream().mapToLong(Double::longValue).toArray();
        return switch (kind) {
            case "i" -> espalier.graph.Tensor.longs(longs);
            case "n" -> espalier.graph.Tensor.scalar(longs[0]);
            case "2i" ->
                espalier.graph.Tensor.longs(
                        Shape.of(list.split(";").length, longs.length / list.split(";").length), longs);
            case "f" -> espalier.graph.Tensor.scalar(v.get(0).floatValue());
            case "F" -> espalier.graph.Tensor.floats(Shape.of(v.size()), floats(v));
            default -> {
                java.nio.ByteBuffer b = espalier.graph.Tensor.allocate(DType.BOOL, Shape.of(v.size()));
                v.forEach(x -> b.put(x.byteValue()));
                yield espalier.graph.Tensor.of(DType.BOOL, Shape.of(v.size()), b.flip());
            }
        };
    }

    private static float[] floats(List<Double> v) {
        float[] f = new float[v.size()];
        for (int i = 0; i < f.length; i++) {
            f[i] = v.get(i).floatValue();
        }
        return f;
    }

    /** Distinct values, evenly spread over the range in random order: far from each other and, by the odd offset, from kinks. */
    private static espalier.graph.Tensor doubles(Random random, double low, double high, long[] dims) {
        Shape shape = Shape.of(dims);
        List<Double> v = new ArrayList<>();
        int n = (int) shape.elements();
        for (int i = 0; i < n; i++) {
            v.add(low + (high - low) * (i + 0.3141 + 0.2 * random.nextDouble()) / n);
        }
        Collections.shuffle(v, random);
        return espalier.graph.Tensor.doubles(
                shape, v.stream().mapToDouble(Double::doubleValue).toArray());
    }
}

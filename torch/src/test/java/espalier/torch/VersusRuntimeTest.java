package espalier.torch;

import static org.assertj.core.api.Assertions.assertThat;

import espalier.graph.Model;
import espalier.graph.Shape;
import espalier.graph.Tensor;
import espalier.onnx.OnnxFile;
import espalier.op.InputShapes;
import espalier.runtime.OrtSession;
import espalier.runtime.RandomInputs;
import espalier.zoo.Zoo;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whole networks give the numbers of ONNX Runtime: within 1e-4 of the value or 1e-5 of the largest one, in 32 bits. */
class VersusRuntimeTest {
    private static final double RELATIVE = 1e-4;
    private static final double ABSOLUTE = 1e-5;

    static Stream<Named<Model>> networks() {
        return Stream.of(
                Named.of("lenet5", Zoo.create("lenet5", 1, 28, 28, 10, 1)),
                Named.of("mlp", Zoo.create("mlp-500-300", 1, 28, 28, 10, 1)),
                Named.of("resnet8", Zoo.create("resnet8", 3, 32, 32, 10, 1)),
                Named.of("vgg11", Zoo.create("vgg11@0.25", 3, 32, 32, 10, 1)),
                Named.of("depthwise", depthwise()),
                Named.of("branches", branches()),
                Named.of("shuffle", shuffle()),
                Named.of("attention", attention()),
                Named.of("opset 9 forms", oldForms()),
                Named.of("unet", unet()),
                Named.of("nearest", nearest()),
                Named.of("nearest, opset 10", nearestOfOpset10()),
                Named.of("nearest, opset 9", nearestOfOpset9()));
    }

    private static Net image() {
        return Net.opset(17).input("x", 2, 3, 16, 16);
    }

    private static Model depthwise() {
        return image().weight("w1", 8, 3, 3, 3)
                .positive("s", 8)
                .weight("b", 8)
                .weight("m", 8)
                .positive("v", 8)
                .node("c1 = Conv(x, w1)", "strides=2,2 pads=0,0,1,1")
                .node("n1 = BatchNormalization(c1, s, b, m, v)")
                .node("a1 = HardSwish(n1)")
                .weight("w2", 8, 1, 3, 3)
                .node("c2 = Conv(a1, w2)", "group=8 pads=1,1,1,1")
                .constant("low", Tensor.scalar(0f))
                .constant("high", Tensor.scalar(6f))
                .node("a2 = Clip(c2, low, high)")
                .node("g = GlobalAveragePool(a2)")
                .weight("se", 8, 8, 1, 1)
                .node("q = Conv(g, se)")
                .node("h = HardSigmoid(q)")
                .node("scaled = Mul(a2, h)")
                .weight("w3", 16, 8, 1, 1)
                .node("c3 = Conv(scaled, w3)")
                .constant("axes", Tensor.longs(2, 3))
                .node("r = ReduceMean(c3)", "axes=2,3 keepdims=0")
                .weight("fc", 16, 10)
                .weight("fcb", 10)
                .node("mm = MatMul(r, fc)")
                .node("y = Add(mm, fcb)")
                .outputs("y");
    }

    private static Model branches() {
        return image().weight("w1", 6, 3, 1, 1)
                .weight("w2", 6, 3, 5, 5)
                .weight("b2", 6)
                .node("p = MaxPool(x)", "kernel_shape=3,3 pads=1,1,1,1")
                .node("a = Conv(p, w1)")
                .node("b = Conv(x, w2, b2)", "pads=2,2,2,2")
                .node("c = AveragePool(x)", "kernel_shape=3,3 pads=1,1,1,1")
                .node("cat = Concat(a, b, c)", "axis=1")
                .node("l = LeakyRelu(cat)", "alpha=0.1")
                .node("m = MaxPool(l)", "kernel_shape=3,3 strides=2,2 ceil_mode=1")
                .node("f = Flatten(m)")
                .weight("fc", 12, 15 * 8 * 8)
                .weight("fcb", 12)
                .node("g = Gemm(f, fc, fcb)", "transB=1")
                .node("y = Softmax(g)")
                .outputs("y");
    }

    private static Model shuffle() {
        return image().weight("w1", 8, 3, 3, 3)
                .node("c1 = Conv(x, w1)", "pads=1,1,1,1 strides=2,2")
                .constant("five", Tensor.longs(-1, 2, 4, 8, 8))
                .constant("four", Tensor.longs(-1, 8, 8, 8))
                .node("r1 = Reshape(c1, five)")
                .node("t = Transpose(r1)", "perm=0,2,1,3,4")
                .node("r2 = Reshape(t, four)")
                .node("left, right = Split(r2)", "axis=1")
                .weight("w2", 4, 2, 3, 3)
                .node("c2 = Conv(right, w2)", "group=2 pads=1,1,1,1")
                .node("e = Elu(c2)")
                .node("cat = Concat(left, e)", "axis=1")
                .constant("starts", Tensor.longs(0, 1))
                .constant("ends", Tensor.longs(8, 7))
                .constant("axes", Tensor.longs(2, 3))
                .node("s = Slice(cat, starts, ends, axes)")
                .node("y = GlobalAveragePool(s)")
                .outputs("y");
    }

    /** One attention layer as exporters write it, shape arithmetic included. */
    private static Model attention() {
        return Net.opset(17)
                .input("x", 2, 6, 16)
                .weight("qkv", 16, 48)
                .weight("qkvb", 48)
                .node("p = MatMul(x, qkv)")
                .node("pb = Add(p, qkvb)")
                .node("shape = Shape(x)")
                .constant("zero", Tensor.scalar(0L))
                .constant("axis0", Tensor.longs(0))
                .node("n = Gather(shape, zero)")
                .node("n1 = Unsqueeze(n, axis0)")
                .constant("rest", Tensor.longs(6, 3, 4, 4))
                .node("target = Concat(n1, rest)", "axis=0")
                .node("r = Reshape(pb, target)")
                .node("t = Transpose(r)", "perm=2,0,3,1,4")
                .node("q, k, v = Split(t)", "axis=0")
                .node("q1 = Squeeze(q, axis0)")
                .node("k1 = Squeeze(k, axis0)")
                .node("v1 = Squeeze(v, axis0)")
                .node("kt = Transpose(k1)", "perm=0,1,3,2")
                .node("qk = MatMul(q1, kt)")
                .constant("root", Tensor.scalar(2f))
                .node("sc = Div(qk, root)")
                .node("pr = Softmax(sc)", "axis=-1")
                .node("o = MatMul(pr, v1)")
                .node("ot = Transpose(o)", "perm=0,2,1,3")
                .constant("back", Tensor.longs(0, 0, -1))
                .node("or = Reshape(ot, back)")
                .node("add = Add(or, x)")
                .positive("g", 16)
                .weight("b", 16)
                .node("ln = LayerNormalization(add, g, b)")
                .weight("up", 16, 32)
                .node("f = MatMul(ln, up)")
                .constant("sqrt2", Tensor.scalar(1.4142135f))
                .constant("one", Tensor.scalar(1f))
                .constant("half", Tensor.scalar(0.5f))
                .node("d = Div(f, sqrt2)")
                .node("e = Erf(d)")
                .node("e1 = Add(e, one)")
                .node("fe = Mul(f, e1)")
                .node("ge = Mul(fe, half)")
                .node("y = ReduceMean(ge)", "axes=[1]")
                .outputs("y");
    }

    private static Model oldForms() {
        return Net.opset(9)
                .input("x", 2, 3, 12, 12)
                .node("p = Pad(x)", "pads=0,0,1,1,0,0,1,1 mode=reflect")
                .weight("w", 4, 3, 3, 3)
                .node("c = Conv(p, w)", "auto_pad=SAME_UPPER strides=2,2")
                .node("cl = Clip(c)", "min=-0.4 max=0.6")
                .node("s = Slice(cl)", "axes=2,3 starts=0,1 ends=6,100")
                .node("d = Dropout(s)", "ratio=0.3")
                .node("u = Unsqueeze(d)", "axes=[0]")
                .node("q = Squeeze(u)", "axes=[0]")
                .node("r = ReduceSum(q)", "axes=2,3 keepdims=0")
                .node("y = LogSoftmax(r)")
                .outputs("y");
    }

    private static Model unet() {
        return image().weight("w1", 4, 3, 3, 3)
                .node("c1 = Conv(x, w1)", "pads=1,1,1,1")
                .positive("is", 4)
                .weight("ib", 4)
                .node("i1 = InstanceNormalization(c1, is, ib)")
                .node("m1 = MaxPool(i1)", "kernel_shape=2,2 strides=2,2")
                .weight("w2", 4, 4, 2, 2)
                .weight("b2", 4)
                .node("t = ConvTranspose(m1, w2, b2)", "strides=2,2")
                .constant("scales", Tensor.floats(Shape.of(4), 1, 1, 2, 2))
                .node("u = Resize(m1, , scales)", "mode=linear coordinate_transformation_mode=half_pixel")
                .node(
                        "n = Resize(m1, , scales)",
                        "mode=nearest coordinate_transformation_mode=asymmetric nearest_mode=floor")
                .node("cat = Concat(t, u, n)", "axis=1")
                .weight("slope", 12, 1, 1)
                .node("pr = PRelu(cat, slope)")
                .weight("w3", 2, 12, 1, 1)
                .node("c3 = Conv(pr, w3)")
                .node("y = Sigmoid(c3)")
                .outputs("y");
    }

    /** Scales that 32 bits round, by which a coordinate comes to lie on the other side of an element. */
    private static Model nearest() {
        return Net.opset(19)
                .input("x", 2, 1, 6, 14)
                .constant("sizes", Tensor.longs(4, 4))
                .constant("third", Tensor.floats(Shape.of(2), 1f / 3, 1f / 3))
                .constant("longer", Tensor.floats(Shape.of(2), 7f / 6, 8f / 6))
                .node(
                        "a = Resize(x, , , sizes)",
                        "axes=2,3 mode=nearest coordinate_transformation_mode=asymmetric nearest_mode=floor")
                .node(
                        "b = Resize(x, , third)",
                        "axes=2,3 mode=nearest coordinate_transformation_mode=asymmetric nearest_mode=floor")
                .node("c = Resize(x, , longer)", "axes=2,3 mode=nearest")
                .node("d = Resize(x, , longer)", "axes=2,3 mode=nearest nearest_mode=round_prefer_ceil")
                .node(
                        "e = Resize(x, , longer)",
                        "axes=2,3 mode=nearest coordinate_transformation_mode=half_pixel_symmetric")
                .node(
                        "f = Resize(x, , third)",
                        "axes=2,3 mode=nearest coordinate_transformation_mode=pytorch_half_pixel")
                .node("g = Resize(x, , longer)", "axes=2,3 mode=nearest coordinate_transformation_mode=align_corners")
                .outputs("a", "b", "c", "d", "e", "f", "g");
    }

    private static Model nearestOfOpset10() {
        return Net.opset(10)
                .input("x", 2, 1, 5, 8)
                .constant("shorter", Tensor.floats(Shape.of(4), 1, 1, 0.4f, 0.6f))
                .constant("mixed", Tensor.floats(Shape.of(4), 1, 1, 0.6f, 1.75f))
                .node("a = Resize(x, shorter)")
                .node("b = Resize(x, mixed)")
                .outputs("a", "b");
    }

    private static Model nearestOfOpset9() {
        return Net.opset(9)
                .input("x", 2, 1, 6, 5)
                .constant("scales", Tensor.floats(Shape.of(4), 1, 1, 8f / 6, 7f / 5))
                .node("y = Upsample(x, scales)")
                .outputs("y");
    }

    @ParameterizedTest
    @MethodSource("networks")
    void outputs_agree_with_onnx_runtime(Model model) {
        Map<String, Tensor> inputs = RandomInputs.of(model, InputShapes.of(model, 3, Map.of()), 5);
        Map<String, Tensor> expected;
        try (OrtSession session = OrtSession.of(OnnxFile.bytes(model), 1)) {
            expected = session.run(inputs);
        }
        try (Program program = Program.of(model);
                PointerScope scope = new PointerScope();
                AutoGradMode noGrad = new AutoGradMode(false)) {
            Map<String, org.bytedeco.pytorch.Tensor> given = new LinkedHashMap<>();
            inputs.forEach((name, t) -> given.put(name, Tensors.of(t)));
            program.run(given, Mode.EVAL).forEach((name, t) -> assertClose(Tensors.toHost(t), expected.get(name)));
        }
    }

    private static void assertClose(Tensor actual, Tensor expected) {
        assertThat(actual.shape()).isEqualTo(expected.shape());
        double largest = 0;
        for (int i = 0; i < expected.elements(); i++) {
            largest = Math.max(largest, Math.abs(expected.doubleAt(i)));
        }
        assertThat(largest).isPositive();
        for (int i = 0; i < expected.elements(); i++) {
            double e = expected.doubleAt(i);
            assertThat(Math.abs(actual.doubleAt(i) - e))
                    .as("element %d: %s, expected %s", i, actual.doubleAt(i), e)
                    .isLessThanOrEqualTo(ABSOLUTE * Math.max(1, largest) + RELATIVE * Math.abs(e));
        }
    }
}

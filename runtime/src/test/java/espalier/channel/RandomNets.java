package espalier.channel;

import espalier.graph.Model;
import espalier.graph.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Networks put together at random from the patterns of real ones, images first and token sequences behind. Same seed, same network. */
final class RandomNets {
    private static final int[] OPSETS = {9, 11, 12, 13, 17, 18};

    private final Net net;
    private final Random random;
    /** Images: values of four axes, and sequences: values of three. */
    private final List<String> pool = new ArrayList<>();

    private RandomNets(long seed) {
        net = new Net(OPSETS[(int) Math.floorMod(seed, (long) OPSETS.length)], seed);
        random = net.random;
    }

    static Model of(long seed) {
        return new RandomNets(seed).build();
    }

    private Model build() {
        pool.add(net.conv(net.input(3, 4, 4), channels(), 3));
        int steps = 4 + random.nextInt(14);
        for (int i = 0; i < steps; i++) {
            String x = pool.get(Math.max(0, pool.size() - 1 - random.nextInt(3)));
            List<String> made = net.shape(x).length == 4 ? image(x) : sequence(x);
            pool.addAll(made);
        }
        return net.model(head());
    }

    private int channels() {
        return 4 * (1 + random.nextInt(3));
    }

    /** Every value has a say in the output. */
    private String head() {
        String sum = "";
        Collections.shuffle(pool, random);
        for (String v : pool.subList(0, Math.min(6, pool.size()))) {
            int[] s = net.shape(v);
            String flat = s.length == 4 && s[1] > 1 && random.nextBoolean() ? net.globalPool(v) : v;
            String y = net.gemm(net.flatten(flat), 4);
            sum = sum.isEmpty() ? y : net.op("Add", sum, y);
        }
        return sum;
    }

    private List<String> image(String x) {
        int[] s = net.shape(x);
        int c = s[1];
        switch (random.nextInt(30)) {
            case 0, 1, 2:
                return List.of(net.conv(x, channels(), random.nextBoolean() ? 1 : 3));
            case 3:
                return List.of(net.batchNorm(x));
            case 4, 5:
                return List.of(activation(x));
            case 6:
                return List.of(net.depthwise(x, 1 + random.nextInt(2)));
            case 7:
                return c % 2 == 0 ? List.of(net.conv(x, channels(), 3, 2)) : List.of(x);
            case 8:
                return c % 4 == 0 ? List.of(net.conv(x, channels(), 1, 4)) : List.of(x);
            case 9, 10:
                return List.of(meet(x));
            case 11:
                return List.of(net.concat(1, x, sameBut(x, 1)));
            case 12:
                return List.of(net.concat(2, x, sameBut(x, 2)));
            case 13:
                return c % 2 == 0 ? List.of(net.shuffle(x, 2)) : List.of(x);
            case 14:
                return c % 4 == 0 ? List.of(net.shuffle(x, 4)) : List.of(x);
            case 15:
                return c > 2 ? net.split(x, 1, c / 2, c - c / 2) : List.of(x);
            case 16:
                return c > 3 ? List.of(net.slice(x, 1, 1, c - 1)) : List.of(x);
            case 17:
                return List.of(squeezeExcite(x));
            case 18:
                return List.of(perChannel(x));
            case 19:
                return List.of(channelsLast(x));
            case 20:
                return List.of(spatial(x));
            case 21:
                return List.of(gather(x));
            case 22:
                return List.of(blocks(x));
            case 23:
                return List.of(transposedConv(x));
            case 24:
                return List.of(net.op("Mul", x, attention(x)));
            case 25, 26, 27:
                return List.of(inTwo(x));
            default:
                return List.of(tokens(x));
        }
    }

    private String activation(String x) {
        String[] ops = {
            "Relu", "Sigmoid", "Tanh", "LeakyRelu", "Softplus", "Elu", "Exp", "Abs", "Neg", "HardSigmoid", "Cos"
        };
        String op = ops[random.nextInt(ops.length)];
        return op.equals("Exp") ? net.op("Exp", net.op("Tanh", x)) : net.op(op, x);
    }

    private String arithmetic() {
        return new String[] {"Add", "Mul", "Sub", "Max"}[random.nextInt(4)];
    }

    /** With an older value of the same shape, else with a new one. */
    private String meet(String x) {
        for (int i = random.nextInt(pool.size()), n = 0; n < pool.size(); n++) {
            String y = pool.get((i + n) % pool.size());
            if (!y.equals(x) && Arrays.equals(net.shape(y), net.shape(x))) {
                return net.op(arithmetic(), x, y);
            }
        }
        return net.op(
                "Add", x, net.shape(x).length == 4 ? net.conv(x, net.shape(x)[1], 1) : net.linear(x, net.shape(x)[2]));
    }

    /** A value that may differ along one axis only. */
    private String sameBut(String x, int axis) {
        for (String y : pool) {
            int[] s = net.shape(y).clone();
            if (s.length == net.shape(x).length) {
                s[axis] = net.shape(x)[axis];
                if (Arrays.equals(s, net.shape(x))) {
                    return y;
                }
            }
        }
        return x;
    }

    private String squeezeExcite(String x) {
        int c = net.shape(x)[1];
        String s = net.op("Relu", net.conv(net.globalPool(x), 4, 1));
        return net.op("Mul", x, net.op("Sigmoid", net.conv(s, c, 1)));
    }

    /** One number for each position, from all channels. */
    private String attention(String x) {
        return net.op("Sigmoid", net.conv(x, 1, 1));
    }

    private String perChannel(String x) {
        int c = net.shape(x)[1];
        switch (random.nextInt(5)) {
            case 0:
                return net.op("Mul", x, net.weight(0.7, c, 1, 1));
            case 1:
                return net.op("Div", x, net.positive(1, c, 1, 1));
            case 2:
                return net.op("PRelu", x, net.weight(0.3, c, 1, 1));
            case 3:
                return net.op("Add", net.op("Mul", x, net.weight(0.7, 1)), full(x));
            default:
                return net.op("Pow", net.op("Abs", x), net.positive(1, c, 1, 1));
        }
    }

    private String full(String x) {
        int[] s = net.shape(x);
        return net.weight(0.5, s[1], s[2], s[3]);
    }

    private String channelsLast(String x) {
        String t = net.transpose(x, 0, 2, 3, 1);
        int c = net.shape(x)[1];
        t = random.nextBoolean() ? net.op("Add", t, net.weight(0.5, c)) : net.linear(t, channels());
        return net.transpose(activation(t), 0, 3, 1, 2);
    }

    private String spatial(String x) {
        int[] s = net.shape(x);
        switch (random.nextInt(4)) {
            case 0:
                return net.add(
                        "MaxPool",
                        s,
                        Net.attributes("kernel_shape", new int[] {3, 3}, "pads", new int[] {1, 1, 1, 1}),
                        x);
            case 1:
                return net.op("Mul", x, net.op("Sigmoid", net.globalPool(x)));
            case 2:
                return net.op("Mul", x, reduce(x));
            default:
                return net.op("InstanceNormalization", x, net.weight(1, 0.3, s[1]), net.weight(0.3, s[1]));
        }
    }

    /** The mean over all channels, which keeps them. */
    private String reduce(String x) {
        int[] s = net.shape(x).clone();
        s[1] = 1;
        return net.opset() >= 18
                ? net.add("ReduceMean", s, Net.attributes(), x, net.longs(1))
                : net.add("ReduceMean", s, Net.attributes("axes", new int[] {1}), x);
    }

    private String gather(String x) {
        int[] s = net.shape(x).clone();
        int n = 2 + random.nextInt(s[1] < 3 ? 1 : s[1] - 2);
        long[] index = new long[n];
        for (int i = 0; i < n; i++) {
            index[i] = random.nextInt(s[1]) - (random.nextInt(4) == 0 && net.opset() >= 11 ? s[1] : 0);
        }
        s[1] = n;
        return net.add("Gather", s, Net.attributes("axis", 1), x, net.constant(Tensor.longs(index)));
    }

    private String blocks(String x) {
        int[] s = net.shape(x).clone();
        if (s[1] % 4 != 0 || s[2] % 2 != 0 || s[3] % 2 != 0) {
            return net.batchNorm(x);
        }
        s[2] /= 2;
        s[3] /= 2;
        s[1] *= 4;
        String y = net.add("SpaceToDepth", s, Net.attributes("blocksize", 2), x);
        int[] back = s.clone();
        back[1] = channels();
        String z = net.conv(y, 4 * back[1], 1);
        back[2] *= 2;
        back[3] *= 2;
        String mode = random.nextBoolean() && net.opset() >= 11 ? "CRD" : "DCR";
        return net.opset() >= 11
                ? net.add("DepthToSpace", back, Net.attributes("blocksize", 2, "mode", mode), z)
                : net.add("DepthToSpace", back, Net.attributes("blocksize", 2), z);
    }

    private String transposedConv(String x) {
        int[] s = net.shape(x).clone();
        int group = s[1] % 2 == 0 ? 1 + random.nextInt(2) : 1;
        int out = channels();
        String w = net.weight(1 / Math.sqrt(s[1]), s[1], out / group, 3, 3);
        s[1] = out;
        return net.add(
                "ConvTranspose",
                s,
                Net.attributes("group", group, "pads", new int[] {1, 1, 1, 1}),
                x,
                w,
                net.weight(0.2, out));
    }

    /** Something done to the channels arranged in several rows. */
    private String inTwo(String x) {
        int[] s = net.shape(x);
        int rows = s[1] % 3 == 0 && random.nextBoolean() ? 3 : 2;
        int c = s[1] / rows;
        if (s[1] % rows != 0 || c < 2) {
            return net.batchNorm(x);
        }
        String y = net.reshape(x, s[0], rows, c, s[2], s[3]);
        switch (random.nextInt(9)) {
            case 0:
                y = net.op("Mul", y, net.weight(0.8, c, 1, 1));
                break;
            case 1:
                y = net.op("Add", y, net.weight(0.8, rows, 1, 1, 1));
                break;
            case 2:
                y = net.slice(y, 2, 1, c);
                break;
            case 3:
                y = net.slice(y, 1, 0, rows - 1);
                break;
            case 4:
                y = net.split(y, 2, 1, c - 1).get(1);
                break;
            case 5:
                y = max(y, 1 + random.nextInt(2));
                break;
            case 6:
                y = net.add(
                        "Gather",
                        new int[] {s[0], rows, 2, s[2], s[3]},
                        Net.attributes("axis", 2),
                        y,
                        net.longs(c - 1, 0));
                break;
            case 7:
                y = net.concat(random.nextBoolean() ? 1 : 2, y, activation(y));
                break;
            default:
                y = net.op(
                        "Mul", y, net.op("Sigmoid", net.reshape(net.conv(net.globalPool(x), c, 1), s[0], 1, c, 1, 1)));
        }
        int[] t = net.shape(y);
        return net.reshape(y, t[0], t[1] * t[2], t[3], t[4]);
    }

    private String max(String x, int axis) {
        int[] s = net.shape(x).clone();
        s[axis] = 1;
        return net.opset() >= 18
                ? net.add("ReduceMax", s, Net.attributes(), x, net.longs(axis))
                : net.add("ReduceMax", s, Net.attributes("axes", new int[] {axis}), x);
    }

    private String tokens(String x) {
        int[] s = net.shape(x);
        String t = net.transpose(net.reshape(x, s[0], s[1], s[2] * s[3]), 0, 2, 1);
        return random.nextInt(3) == 0 ? net.linear(t, 8) : t;
    }

    private List<String> sequence(String x) {
        int[] s = net.shape(x);
        int d = s[2];
        switch (random.nextInt(14)) {
            case 0, 1:
                return List.of(net.linear(x, channels()));
            case 2:
                return List.of(activation(x));
            case 3:
                return List.of(meet(x));
            case 4:
                return List.of(norm(x));
            case 5, 6:
                return List.of(heads(x));
            case 7:
                return List.of(oneHead(x));
            case 8:
                return List.of(mixing(x));
            case 9:
                return List.of(classToken(x));
            case 10:
                return List.of(net.op("Add", x, net.weight(0.5, 1, s[1], d)));
            case 11:
                return List.of(net.concat(2, x, sameBut(x, 2)));
            case 12:
                return List.of(net.op("Mul", x, net.op("Sigmoid", net.linear(net.op("Relu", net.linear(x, 6)), d))));
            default:
                return d > 2 ? List.of(gated(x)) : List.of(x);
        }
    }

    private String norm(String x) {
        int d = net.shape(x)[2];
        if (net.opset() >= 17) {
            return net.op("LayerNormalization", x, net.weight(1, 0.2, d), net.weight(0.2, d));
        }
        return softmax(x);
    }

    private String softmax(String x) {
        int[] s = net.shape(x);
        return net.add("Softmax", s, Net.attributes("axis", s.length - 1), x);
    }

    private String gated(String x) {
        int d = net.shape(x)[2];
        String both = net.linear(x, 2 * d);
        List<String> halves = net.split(both, 2, d, d);
        return net.op("Mul", halves.get(0), net.op("Sigmoid", halves.get(1)));
    }

    /** Multi-head attention: separate or fused projections, reshapes to constants or to computed shapes. */
    private String heads(String x) {
        int[] s = net.shape(x);
        int h = 2 + random.nextInt(3);
        int d = 2;
        boolean grouped = h == 4 && random.nextBoolean() && net.opset() >= 11;
        List<String> qkv =
                random.nextBoolean() && !grouped && net.opset() >= 13 ? fused(x, h, d) : separate(x, h, d, grouped);
        String q = qkv.get(0);
        if (random.nextBoolean()) {
            q = net.op("Mul", q, net.weight(0.5, 1));
        }
        q = rotary(x, q);
        String kT = net.transpose(qkv.get(1), 0, 1, 3, 2);
        int[] scores = {s[0], h, s[1], s[1]};
        String a = net.add("MatMul", scores, Net.attributes(), q, kT);
        if (random.nextBoolean()) {
            a = net.op("Add", a, net.weight(0.5, h, s[1], s[1]));
        }
        a = softmax(a);
        String y = net.add("MatMul", net.shape(q), Net.attributes(), a, qkv.get(2));
        String joined = net.reshape(net.transpose(y, 0, 2, 1, 3), s[0], s[1], h * d);
        return net.linear(joined, random.nextBoolean() ? s[2] : 8);
    }

    /** The same for all heads: a constant, or computed from the input. */
    private String rotary(String x, String q) {
        int[] s = net.shape(q);
        switch (random.nextInt(4)) {
            case 0:
                return net.op("Mul", q, net.weight(0.8, s[2], s[3]));
            case 1:
                String gate = net.op("Sigmoid", net.linear(x, s[3]));
                return net.op("Mul", q, net.reshape(gate, s[0], 1, s[2], s[3]));
            default:
                return q;
        }
    }

    private List<String> separate(String x, int h, int d, boolean grouped) {
        String q = head(x, h, d);
        String k = head(x, grouped ? 2 : h, d);
        String v = head(x, grouped ? 2 : h, d);
        return List.of(q, grouped ? repeat(k) : k, grouped ? repeat(v) : v);
    }

    private String head(String x, int h, int d) {
        int[] s = net.shape(x);
        String y = net.linear(x, h * d);
        boolean computed = random.nextInt(3) == 0;
        String split = computed ? net.reshapeByShape(y, s[0], s[1], h, d) : net.reshape(y, s[0], s[1], h, d);
        return net.transpose(split, 0, 2, 1, 3);
    }

    /** Each of two heads for two readers. */
    private String repeat(String k) {
        int[] s = net.shape(k);
        String one = net.reshape(k, s[0], s[1], 1, s[2], s[3]);
        int[] twice = {s[0], s[1], 2, s[2], s[3]};
        String two = net.add("Expand", twice, Net.attributes(), one, net.longs(1, 1, 2, 1, 1));
        return net.reshape(two, s[0], 2 * s[1], s[2], s[3]);
    }

    private List<String> fused(String x, int h, int d) {
        int[] s = net.shape(x);
        String y = net.linear(x, 3 * h * d);
        String five = net.reshape(y, s[0], s[1], 3, h, d);
        String moved = net.transpose(five, 2, 0, 3, 1, 4);
        List<String> out = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            int[] shape = {s[0], h, s[1], d};
            out.add(net.add("Gather", shape, Net.attributes("axis", 0), moved, net.constant(Tensor.scalar((long) i))));
        }
        return out;
    }

    /** Channels that are summed over in products of activations; sometimes not zero under a mask. */
    private String oneHead(String x) {
        int[] s = net.shape(x);
        String q = net.linear(x, 6);
        String k = net.linear(x, 6);
        if (random.nextBoolean()) {
            q = net.op("Sigmoid", q);
        }
        if (random.nextBoolean()) {
            k = net.op("Sigmoid", k);
        }
        int[] scores = {s[0], s[1], s[1]};
        String a = net.add("MatMul", scores, Net.attributes(), q, net.transpose(k, 0, 2, 1));
        return net.add("MatMul", s, Net.attributes(), net.op("Tanh", a), x);
    }

    /** A linear layer over the tokens. */
    private String mixing(String x) {
        int t = net.shape(x)[1];
        String turned = net.transpose(x, 0, 2, 1);
        String y = net.linear(net.op("Relu", net.linear(turned, 8)), t);
        return net.op("Add", x, net.transpose(y, 0, 2, 1));
    }

    private String classToken(String x) {
        int[] s = net.shape(x);
        int[] one = {s[0], 1, s[2]};
        String batch = net.add(
                "Gather",
                new int[] {1},
                Net.attributes(),
                net.add("Shape", new int[] {3}, Net.attributes(), x),
                net.longs(0));
        String size = net.add("Concat", new int[] {3}, Net.attributes("axis", 0), batch, net.longs(1, s[2]));
        String token = net.add("Expand", one, Net.attributes(), net.weight(0.7, 1, 1, s[2]), size);
        return net.slice(net.concat(1, token, x), 1, 0, s[1]);
    }
}

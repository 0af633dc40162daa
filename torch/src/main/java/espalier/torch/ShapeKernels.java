package espalier.torch;

import espalier.graph.Shape;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/** Operators that move elements without looking at them. Most of them only need the traced shape of their output. */
final class ShapeKernels {
    private ShapeKernels() {}

    static void addTo(KernelTable t) {
        t.add("Identity", site -> Step.pass());
        t.add("Flatten", ShapeKernels::reshape);
        t.add("Reshape", ShapeKernels::reshape);
        t.add("Squeeze", ShapeKernels::reshape);
        t.add("Unsqueeze", ShapeKernels::reshape);
        t.add("Transpose", ShapeKernels::transpose);
        t.add("Expand", ShapeKernels::expand);
        t.add("Tile", ShapeKernels::tile);
        t.add("Concat", ShapeKernels::concat);
        t.add("Split", ShapeKernels::split);
        t.add("DepthToSpace", ShapeKernels::depthToSpace);
        t.add("SpaceToDepth", ShapeKernels::spaceToDepth);
        t.add("Constant", ShapeKernels::onlyOnTheHost);
        t.add("Shape", ShapeKernels::onlyOnTheHost);
        t.add("Size", ShapeKernels::onlyOnTheHost);
        t.add("Range", ShapeKernels::onlyOnTheHost);
        t.add("EyeLike", ShapeKernels::eyeLike);
        t.add("ConstantOfShape", ShapeKernels::constantOfShape);
        t.add("Dropout", ShapeKernels::dropout);
    }

    private static Step reshape(Site site) {
        long[] dims = site.output().toArray();
        return Step.unary(x -> x.reshape(dims));
    }

    private static Step transpose(Site site) {
        long[] reversed = new long[site.rank(0)];
        for (int i = 0; i < reversed.length; i++) {
            reversed[i] = reversed.length - 1 - i;
        }
        long[] perm = site.node().intsAttr("perm").orElse(reversed);
        return Step.unary(x -> x.permute(perm));
    }

    private static Step expand(Site site) {
        long[] dims = site.output().toArray();
        return Step.unary(x -> x.expand(dims));
    }

    private static Step tile(Site site) {
        long[] repeats = site.hostLongs(1);
        return Step.unary(x -> x.repeat(repeats));
    }

    private static Step concat(Site site) {
        int axis = site.axis(0);
        return Step.one(in -> torch.cat(new TensorVector(in), axis));
    }

    /** Each part begins where the traced sizes of those before it end. */
    private static Step split(Site site) {
        int axis = site.axis(0);
        int parts = site.node().outputs().size();
        long[] sizes = new long[parts];
        for (int i = 0; i < parts; i++) {
            sizes[i] = site.output(i).dim(axis);
        }
        return in -> {
            Tensor[] out = new Tensor[parts];
            long start = 0;
            for (int i = 0; i < parts; i++) {
                out[i] = in[0].narrow(axis, start, sizes[i]);
                start += sizes[i];
            }
            return out;
        };
    }

    private static Step depthToSpace(Site site) {
        Shape x = site.shape(0);
        long b = site.intAttr("blocksize", 1);
        boolean columnFirst = site.node().textAttr("mode", "DCR").equals("CRD");
        long c = x.dim(1) / (b * b);
        long[] blocks = columnFirst
                ? new long[] {x.dim(0), c, b, b, x.dim(2), x.dim(3)}
                : new long[] {x.dim(0), b, b, c, x.dim(2), x.dim(3)};
        long[] order = columnFirst ? new long[] {0, 1, 4, 2, 5, 3} : new long[] {0, 3, 4, 1, 5, 2};
        long[] dims = site.output().toArray();
        return Step.unary(t -> t.reshape(blocks).permute(order).reshape(dims));
    }

    private static Step spaceToDepth(Site site) {
        Shape x = site.shape(0);
        long b = site.intAttr("blocksize", 1);
        long[] blocks = {x.dim(0), x.dim(1), x.dim(2) / b, b, x.dim(3) / b, b};
        long[] dims = site.output().toArray();
        return Step.unary(t -> t.reshape(blocks).permute(0, 3, 5, 1, 2, 4).reshape(dims));
    }

    /** Its output is a host constant of every plan, so there is no node to bind unless contents decide the shape. */
    private static Step onlyOnTheHost(Site site) {
        throw site.error("its result depends on contents that are not known before the run");
    }

    /** Larger than what the trace computes. */
    private static Step constantOfShape(Site site) {
        espalier.graph.Tensor value =
                site.node().tensorAttr("value").orElse(espalier.graph.Tensor.floats(Shape.of(1), 0));
        long[] dims = site.output().toArray();
        Tensor filled = site.keep(site.constant(value).reshape(1).expand(dims).contiguous());
        return Step.one(in -> new Tensor(filled));
    }

    private static Step eyeLike(Site site) {
        Shape shape = site.output();
        long k = site.intAttr("k", 0);
        long[] ones = new long[Math.toIntExact(shape.elements())];
        for (long row = Math.max(0, -k); row < shape.dim(0) && row + k < shape.dim(1); row++) {
            ones[Math.toIntExact(row * shape.dim(1) + row + k)] = 1;
        }
        Tensor eye = site.constant(espalier.graph.Tensor.longs(shape, ones));
        Tensor typed = site.keep(eye.to(site.outputType(0)));
        return Step.one(in -> new Tensor(typed));
    }

    /** Active in training mode, or where the graph itself says so. */
    private static Step dropout(Site site) {
        double ratio = site.opset() < 12
                ? site.realAttr("ratio", 0.5)
                : site.known(1).map(t -> t.doubleAt(0)).orElse(0.5);
        Optional<espalier.graph.Tensor> asked = site.known(2);
        boolean active = site.training() || asked.map(t -> t.longAt(0) != 0).orElse(false);
        boolean mask = site.wants(1);
        if (!active || ratio == 0) {
            return in -> mask
                    ? new Tensor[] {in[0], torch.ones_like(in[0]).to(torch.ScalarType.Bool)}
                    : new Tensor[] {in[0]};
        }
        if (!mask) {
            return Step.unary(x -> torch.dropout(x, ratio, true));
        }
        return in -> {
            var both = torch.native_dropout(in[0], ratio, new org.bytedeco.pytorch.BoolOptional(true));
            return new Tensor[] {both.get0(), both.get1()};
        };
    }
}

package espalier.torch;

import espalier.graph.Shape;
import espalier.op.Window;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** A max pool over images that also says where the maxima were: positions in the whole tensor, row or column first. */
final class MaxPoolIndices {
    private MaxPoolIndices() {}

    static Step step(Site site, Window w) {
        Shape x = site.shape(0);
        if (x.rank() != 4) {
            throw site.error("indices of a pool over %d spatial axes are not supported", x.rank() - 2);
        }
        long plane = x.dim(2) * x.dim(3);
        long[] starts = new long[Math.toIntExact(x.dim(0) * x.dim(1))];
        for (int i = 0; i < starts.length; i++) {
            starts[i] = i * plane;
        }
        Tensor offset = site.constant(espalier.graph.Tensor.longs(Shape.of(x.dim(0), x.dim(1), 1, 1), starts));
        boolean columnFirst = site.intAttr("storage_order", 0) == 1;
        Scalar width = site.scalar(x.dim(3));
        Scalar height = site.scalar(x.dim(2));
        return in -> {
            var both = torch.max_pool2d_with_indices(in[0], w.kernel(), w.strides(), w.begin(), w.dilations(), false);
            Tensor at = both.get1();
            if (columnFirst) {
                at = torch.remainder(at, width).mul(height).add(torch.floor_divide(at, width));
            }
            return new Tensor[] {both.get0(), at.add(offset)};
        };
    }
}

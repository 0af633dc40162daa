package espalier.pack;

import espalier.graph.BadInputException;
import espalier.graph.DType;
import espalier.graph.Shape;
import espalier.graph.Tensor;
import java.nio.ByteBuffer;

/** The section of one tensor. */
final class Section {
    private Section() {}

    static byte[] encode(Tensor t) {
        if (Elements.fit(t)) {
            return Scheme.encodeSmallest(Elements.of(t));
        }
        ByteSink out = new ByteSink();
        out.u8(Scheme.DENSE.ordinal());
        out.bytes(t.data());
        return out.toByteArray();
    }

    /**
     * @throws BadInputException when the bytes are no tensor of this type and shape
     */
    static Tensor decode(ByteSource in, DType dtype, Shape shape) {
        if (Elements.fit(dtype, shape.elements())) {
            int n = Math.toIntExact(shape.elements());
            Elements e = new Elements(dtype.bits() / 8, Elements.rows(shape), new int[n]);
            Scheme.decodeAny(in, e);
            in.requireEnd("the tensor");
            ByteBuffer data = Tensor.allocate(dtype, shape);
            e.to(data);
            return Tensor.of(dtype, shape, data);
        }
        if (in.u8() != Scheme.DENSE.ordinal()) {
            throw BadInputException.of("elements of type %s can only be dense", dtype.text());
        }
        Tensor t = Tensor.of(dtype, shape, in.slice(Math.toIntExact(dtype.bytes(shape.elements()))));
        in.requireEnd("the tensor");
        return t;
    }
}

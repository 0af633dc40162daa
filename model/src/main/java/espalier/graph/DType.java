package espalier.graph;

import java.util.Locale;

/** Element types of ONNX tensors ({@code TensorProto.DataType}), with their number in the file and their width. */
public enum DType {
    FLOAT(1, 32),
    UINT8(2, 8),
    INT8(3, 8),
    UINT16(4, 16),
    INT16(5, 16),
    INT32(6, 32),
    INT64(7, 64),
    /** Elements of varying width; {@link #bits()} is 0 and such a tensor holds {@link Tensor#strings()}. */
    STRING(8, 0),
    BOOL(9, 8),
    FLOAT16(10, 16),
    DOUBLE(11, 64),
    UINT32(12, 32),
    UINT64(13, 64),
    COMPLEX64(14, 64),
    COMPLEX128(15, 128),
    BFLOAT16(16, 16),
    FLOAT8E4M3FN(17, 8),
    FLOAT8E4M3FNUZ(18, 8),
    FLOAT8E5M2(19, 8),
    FLOAT8E5M2FNUZ(20, 8),
    /** Two to a byte, the first in the low half. */
    UINT4(21, 4),
    /** Two to a byte, the first in the low half. */
    INT4(22, 4),
    FLOAT4E2M1(23, 4),
    FLOAT8E8M0(24, 8),
    /** Four to a byte, the first in the lowest bits. */
    UINT2(25, 2),
    INT2(26, 2);

    private final int code;
    private final int bits;

    DType(int code, int bits) {
        this.code = code;
        this.bits = bits;
    }

    /** The number of {@code TensorProto.DataType}. */
    public int code() {
        return code;
    }

    /** Bits of an element; 0 for strings. */
    public int bits() {
        return bits;
    }

    /** Bytes of {@code elements} elements stored densely, the last byte filled up. */
    public long bytes(long elements) {
        return Math.addExact(Math.multiplyExact(elements, (long) bits), 7) / 8;
    }

    public boolean isFloating() {
        return switch (this) {
            case FLOAT, FLOAT16, BFLOAT16, DOUBLE -> true;
            default -> false;
        };
    }

    /** Whole numbers of 8 to 64 bits, booleans excluded. */
    public boolean isInteger() {
        return switch (this) {
            case UINT8, INT8, UINT16, INT16, INT32, INT64, UINT32, UINT64 -> true;
            default -> false;
        };
    }

    /** The name in ONNX text form: {@code float}, {@code int64}, ... */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * The type with a number of {@code TensorProto.DataType}.
     *
     * @throws BadInputException if there is none
     */
    public static DType of(int code) {
        if (code >= 1 && code <= values().length) {
            return values()[code - 1];
        }
        throw BadInputException.of("unknown element type %d", code);
    }
}

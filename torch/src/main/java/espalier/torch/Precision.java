package espalier.torch;

import org.bytedeco.pytorch.global.torch.ScalarType;

/** In which floating type a program computes. */
public enum Precision {
    /** 32 bits; half precision files are computed in 32 bits too, doubles stay doubles. */
    FLOAT,
    /** 64 bits throughout, for gradient checks. */
    DOUBLE,
    /** Convolutions and linear layers in bfloat16, weights, normalisation and everything else in 32 bits. Faster only on CPUs that have it. */
    BF16;

    /** The type that stands for a floating type while the program runs. */
    ScalarType carrier(ScalarType declared) {
        return switch (declared) {
            case Half, BFloat16, Float -> this == DOUBLE ? ScalarType.Double : ScalarType.Float;
            default -> declared;
        };
    }
}

package espalier.distill;

/** What brings a feature of the student to the width of the teacher's; it is trained with the student and dropped afterwards. */
public enum Regressor {
    /** Nothing: the widths may differ, or must be the same. */
    NONE,
    /** A linear map at each place of a feature map, or of a vector. */
    LINEAR,
    /**
     * A convolution whose kernel makes the size of a larger map of the student the teacher's (FitNets, section 2.2); of a vector a
     * linear map.
     */
    CONVOLUTION
}

package espalier.dynamic;

/** What becomes of the network that exits are attached to. */
public enum Trunk {
    /** It learns together with the exits. */
    JOINT,
    /** It stays as it is; the exits alone learn. */
    FROZEN
}

package espalier.work;

/** What a changed network is brought back against. */
public enum Against {
    /** The labels and the original together where there are labels, else the original. */
    AUTO,
    /** The labels alone. */
    LABELS,
    /** The outputs of the original network alone; inputs without labels are enough. */
    ORIGINAL
}

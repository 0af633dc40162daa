package espalier.factorize;

/** What a budget counts. */
public enum Measure {
    MACS,
    BYTES,
    /** As the referee measures it on this machine. */
    LATENCY
}

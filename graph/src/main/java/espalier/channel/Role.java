package espalier.channel;

/** What an initializer's elements are to the units they go with. */
public enum Role {
    /** They compute the unit: a filter, a row of a linear layer, its bias. */
    PRODUCER,
    /** They read the unit: the input channel of the next layer. */
    CONSUMER,
    /** They change the unit in place: batch norm, a bias or scale per channel, a depthwise filter. */
    CHANNEL,
    /** As {@link #CHANNEL}, but a zero would not stay harmless (a variance, a divisor): cut, never masked. */
    UNMASKED;
}

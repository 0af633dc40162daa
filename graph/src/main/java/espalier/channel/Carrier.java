package espalier.channel;

/**
 * A value inside the graph along one axis of which units lie.
 *
 * @param value its name
 * @param axis the axis
 * @param units for each position along it the unit, counted from 0 within its group, or -1 for what is of no unit of the group
 */
public record Carrier(String value, int axis, int[] units) {}

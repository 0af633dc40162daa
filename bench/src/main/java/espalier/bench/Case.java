package espalier.bench;

import java.util.List;

/**
 * A published result and what we make of it.
 *
 * @param key as {@code ./bench/reproduce} takes it
 * @param summary one line
 * @param studies networks and what is done to them
 */
record Case(String key, String summary, List<Study> studies) {}

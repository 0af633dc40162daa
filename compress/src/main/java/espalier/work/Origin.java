package espalier.work;

import espalier.graph.Model;
import espalier.train.Training;

/**
 * Where a network comes from, when that is known.
 *
 * @param initial the network before its first training
 * @param training how it was trained
 */
public record Origin(Model initial, Training training) {}

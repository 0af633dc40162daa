package espalier.quantize;

import espalier.config.Method;

/** Not at all. */
@Method(key = "none", summary = "quantize after training, without more of it")
public record Untrained() implements Awareness {}

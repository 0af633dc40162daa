package espalier.quantize;

import espalier.config.Family;
import espalier.config.Key;
import espalier.graph.BadInputException;
import espalier.work.MayTrain;
import java.util.List;
import java.util.OptionalDouble;

/**
 * Settings of the step {@code quantize}.
 *
 * @param mode when the grids of activations are chosen
 * @param range which part of an activation's values its grid covers
 * @param target for which processors weights are made
 * @param samples training samples that are looked at
 * @param equalize whether neighbouring layers are scaled until their channels have equal ranges
 * @param correct whether biases are shifted until each layer's mean output is what it was
 * @param measured whether only layers that are faster in whole numbers are quantized, as measured on this machine
 * @param maxDrop the most of the accuracy, 0..1, that may be lost: the most harmful layers go back until it holds
 * @param aware how the network is trained with its grids in place, if it is
 * @param include patterns of the layers to quantize ({@code *} stands for any text); empty means all
 * @param exclude patterns of the layers to leave alone
 */
public record Quantize(
        @Key("when grids of activations are chosen: static, from samples, or dynamic, in each call")
        Mode mode,

        @Key("which part of an activation's values its grid covers")
        Range range,

        @Key("for which processors: any takes 7 bits for weights, vnni 8")
        Target target,

        @Key("training samples that are looked at") int samples,

        @Key("scale neighbouring layers until their channels have equal ranges")
        boolean equalize,

        @Key("shift biases until each layer's mean output is what it was")
        boolean correct,

        @Key("quantize only what is faster then, as measured on this machine")
        boolean measured,

        @Key("most accuracy that may be lost, as 0.5%: the most harmful layers go back until it holds")
        OptionalDouble maxDrop,

        @Key("how the network is trained with its grids in place: not at all, or as qat or lsq")
        Awareness aware,

        @Key("only layers whose name matches, * for any text, several with commas")
        List<String> include,

        @Key("not the layers whose name matches") List<String> exclude)
        implements MayTrain {
    public Quantize() {
        this(
                Mode.STATIC,
                new MinMax(),
                Target.ANY,
                512,
                false,
                true,
                true,
                OptionalDouble.empty(),
                new Untrained(),
                List.of(),
                List.of());
    }

    public Quantize {
        if (samples < 1) {
            throw BadInputException.of("samples must be 1 or more, got %d", samples);
        }
        maxDrop.ifPresent(d -> {
            if (!(d >= 0 && d < 1)) {
                throw BadInputException.of("max-drop must be 0 or more and below 1, got %s", d);
            }
        });
        if (mode == Mode.DYNAMIC && aware.training().isPresent()) {
            throw BadInputException.of(
                    "aware %s needs grids that are known before: take mode static", Family.keyOf(aware));
        }
        if (maxDrop.isPresent() && aware.training().isPresent()) {
            throw BadInputException.of(
                    "max-drop and aware %s cannot go together: leave one of them out", Family.keyOf(aware));
        }
        requireStatic("max-drop", mode, maxDrop.isPresent());
        requireStatic("range", mode, !range.equals(new MinMax()));
        requireStatic("equalize", mode, equalize);
        include = List.copyOf(include);
        exclude = List.copyOf(exclude);
    }

    private static void requireStatic(String key, Mode mode, boolean given) {
        if (given && mode == Mode.DYNAMIC) {
            throw BadInputException.of("%s is for mode static: leave it out", key);
        }
    }

    /** Whether the network is trained on the way, for which the training engine is needed. */
    @Override
    public boolean trains() {
        return aware.training().isPresent();
    }
}

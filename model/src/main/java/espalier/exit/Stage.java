package espalier.exit;

import espalier.graph.Model;
import java.util.List;

/**
 * A part of a network with several exits: what one exit needs and no stage before it has computed.
 *
 * @param model the part as a network of its own
 * @param macs its multiply-adds for one sample
 * @param inputs values it reads: inputs of the network and what stages before it put out
 * @param output the exit's scores
 * @param carries values it puts out for later stages
 */
public record Stage(Model model, long macs, List<String> inputs, String output, List<String> carries) {
    public Stage {
        inputs = List.copyOf(inputs);
        carries = List.copyOf(carries);
    }
}

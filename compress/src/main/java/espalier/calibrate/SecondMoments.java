package espalier.calibrate;

import espalier.data.Batches;
import espalier.graph.Model;
import espalier.graph.Tensor;
import espalier.torch.Tensors;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** E[x x^T] of the channels of values, over samples and positions, in double precision. */
public final class SecondMoments {
    private SecondMoments() {}

    /**
     * @param axes for each value the axis of its channels; a negative one counts from the end
     * @param samples the most to look at
     * @return for each value [channels, channels]
     */
    public static Map<String, Tensor> of(Model model, Batches batches, Map<String, Integer> axes, int samples) {
        Map<String, Tensor> found = new LinkedHashMap<>();
        if (axes.isEmpty()) {
            return found;
        }
        try (PointerScope all = new PointerScope();
                Activations activations = Activations.of(model, axes.keySet())) {
            Map<String, org.bytedeco.pytorch.Tensor> sums = new LinkedHashMap<>();
            Map<String, Long> rows = new LinkedHashMap<>();
            Activations.samples(model, batches, samples).forEach(batch -> {
                try (PointerScope scope = new PointerScope()) {
                    var values = activations.run(batch);
                    axes.forEach((name, axis) -> {
                        var x = Named.in(values, name);
                        var flat = x.movedim(axis, -1).reshape(-1, x.size(axis)).to(ScalarType.Double);
                        var square = torch.matmul(flat.t(), flat);
                        rows.merge(name, flat.size(0), Long::sum);
                        var sum = sums.get(name);
                        if (sum == null) {
                            square.retainReference();
                            sums.put(name, square);
                        } else {
                            sum.add_(square);
                        }
                    });
                }
            });
            sums.forEach((name, sum) -> {
                found.put(name, Tensors.toHost(sum.div(new Scalar((double) Named.in(rows, name)))));
                sum.releaseReference();
            });
        }
        return found;
    }
}

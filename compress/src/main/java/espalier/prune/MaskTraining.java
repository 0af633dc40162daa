package espalier.prune;

import espalier.graph.Model;
import espalier.torch.Program;
import espalier.torch.Tensors;
import espalier.train.Parametrization;
import espalier.work.Variation;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Training under masks. What is seen of a weight is its product with the mask, so that a mask holds through every step, weight decay,
 * momentum and averaging included.
 */
final class MaskTraining implements Parametrization, Variation {
    private final Masking masking;
    private final Set<String> maskable;
    private final Chooser chooser;
    private final Evidence first;
    private final String identity;
    private final Map<String, float[]> last = new LinkedHashMap<>();

    /** Chooses masks for the network as it is now, for a share of the goal; above 1 for more than is wanted, as far as that goes. */
    @FunctionalInterface
    interface Chooser {
        Map<String, float[]> choose(Evidence evidence, double share);
    }

    /**
     * @param maskable initializers that may get masks
     * @param first the network in training, as it was
     * @param identity of the settings that the chooser follows
     */
    MaskTraining(Masking masking, Set<String> maskable, Chooser chooser, Evidence first, String identity) {
        this.masking = masking;
        this.maskable = maskable;
        this.chooser = chooser;
        this.first = first;
        this.identity = identity;
    }

    /** Masks that never change. */
    static MaskTraining fixed(Map<String, float[]> masks, Model model) {
        StringBuilder identity = new StringBuilder();
        masks.forEach((name, mask) -> identity.append(name)
                .append(' ')
                .append(java.util.Arrays.hashCode(mask))
                .append(' '));
        return new MaskTraining(
                new Hard(), masks.keySet(), (evidence, share) -> masks, WeightEvidence.of(model), identity.toString());
    }

    @Override
    public Parametrization parametrization() {
        return this;
    }

    @Override
    public void begin(Program program, Memory memory) {
        masked(program).forEach(name -> {
            Tensor mask = mask(program, memory, name);
            switch (masking.hold()) {
                case FROZEN -> program.parametrize(name, w -> w.mul(mask));
                case LEARNING -> program.parametrize(name, straightThrough(mask));
                case FREE -> {}
            }
        });
    }

    /** Running statistics are not parameters: what they normalize is zero already. */
    private List<String> masked(Program program) {
        return maskable.stream().filter(program.parameters()::containsKey).toList();
    }

    /** Forward the product with the mask, backward as if there were none. */
    private static UnaryOperator<Tensor> straightThrough(Tensor mask) {
        return w -> w.add(w.mul(mask).sub(w).detach());
    }

    private static Tensor mask(Program program, Memory memory, String parameter) {
        return memory.of(
                "mask",
                parameter,
                () -> torch.ones_like(parameter(program, parameter).detach()));
    }

    private static Tensor parameter(Program program, String name) {
        return java.util.Objects.requireNonNull(program.parameters().get(name), name);
    }

    @Override
    public void before(Program program, Memory memory, When when) {
        if (masking.renews(when)) {
            Evidence evidence = evidence(program, memory);
            double share = masking.share(when);
            double margin = masking.margin(when);
            Map<String, float[]> mild = chooser.choose(evidence, share * (1 - margin));
            Map<String, float[]> harsh = margin == 0 ? mild : chooser.choose(evidence, share * (1 + margin));
            masked(program).forEach(name -> {
                float[] milder = java.util.Objects.requireNonNull(mild.get(name));
                float[] harsher = java.util.Objects.requireNonNull(harsh.get(name));
                renew(parameter(program, name).detach(), mask(program, memory, name), milder, harsher);
            });
        }
    }

    @Override
    public void end(Program program, Memory memory) {
        if (masking.hold() != Masking.Hold.FREE) {
            masked(program).forEach(name -> {
                // adding 0 turns what became -0 into the 0 that a sparse file leaves out
                Tensor mask = mask(program, memory, name);
                last.put(name, Tensors.toHost(mask).toFloats());
                parameter(program, name).detach().mul_(mask).add_(new Scalar(0));
                program.parametrize(name, UnaryOperator.identity());
            });
        }
    }

    /** What held at the end of the training, by name; also where another process chose it. */
    Map<String, float[]> masks() {
        return last;
    }

    /** What the milder mask removes goes, what the harsher one keeps stays, and between them nothing changes. */
    private void renew(Tensor weight, Tensor mask, float[] mild, float[] harsh) {
        espalier.graph.Tensor old = Tensors.toHost(mask);
        float[] now = old.toFloats();
        for (int i = 0; i < now.length; i++) {
            now[i] = mild[i] == 0 ? 0 : harsh[i] == 1 ? 1 : now[i];
        }
        mask.copy_(Tensors.of(espalier.graph.Tensor.floats(old.shape(), now)));
        if (masking.hold() == Masking.Hold.FREE) {
            weight.mul_(mask);
        }
    }

    /** The weights as they are now; frozen ones as zeros, since what they were when they froze says nothing any more. */
    private Evidence evidence(Program program, Memory memory) {
        Map<String, float[]> now = new LinkedHashMap<>();
        program.parameters().forEach((name, w) -> {
            Tensor seen = masking.hold() == Masking.Hold.FROZEN && maskable.contains(name)
                    ? w.detach().mul(mask(program, memory, name))
                    : w.detach();
            now.put(name, Tensors.toHost(seen).toFloats());
        });
        return new WeightEvidence(first.model(), now, first.seed());
    }

    @Override
    public boolean owns(String parameter) {
        return maskable.contains(parameter);
    }

    @Override
    public String identity() {
        return masking + " " + identity;
    }
}

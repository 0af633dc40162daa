package espalier.factorize;

import espalier.graph.Tensor;
import espalier.torch.Tensors;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * A layer and the chain that may take its place.
 *
 * @param target the layer
 * @param ranks of the chain
 * @param chain its layers, of all groups together
 * @param error |W - W'| / |W|, both weighted by the inputs where data say what those are like
 */
record Split(Target target, List<Integer> ranks, List<Link> chain, double error) {

    /**
     * A layer of the chain.
     *
     * @param weight [out, in of a group, height, width]
     * @param rows whether it moves along the height as the old layer did
     * @param columns the same for the width
     * @param groups of all
     */
    record Link(Tensor weight, boolean rows, boolean columns, long groups) {}

    static Split of(Target target, Decomposition method, int[] ranks, Inputs inputs) {
        try (PointerScope scope = new PointerScope()) {
            Whitening whitening = method.mixesInputs() ? inputs.whitening(target) : Whitening.NONE;
            List<List<Part>> groups = new ArrayList<>();
            double squares = 0;
            double size = 0;
            List<org.bytedeco.pytorch.Tensor> kernels = target.kernels();
            for (int g = 0; g < kernels.size(); g++) {
                var seen = whitening.seen(kernels.get(g), g);
                List<Part> parts = method.parts(seen, ranks);
                squares += Math.pow(Algebra.norm(seen.sub(Part.composed(parts))), 2);
                size += Math.pow(Algebra.norm(seen), 2);
                groups.add(whitening.undone(parts, g));
            }
            List<Integer> chosen = java.util.Arrays.stream(ranks).boxed().toList();
            return new Split(target, chosen, joined(groups, target), size == 0 ? 0 : Math.sqrt(squares / size));
        }
    }

    private static List<Link> joined(List<List<Part>> groups, Target target) {
        List<Link> chain = new ArrayList<>();
        for (int i = 0; i < groups.get(0).size(); i++) {
            int at = i;
            Part first = groups.get(0).get(i);
            TensorVector all = new TensorVector(
                    groups.stream().map(g -> g.get(at).kernel()).toArray(org.bytedeco.pytorch.Tensor[]::new));
            Tensor weight = Tensors.toHost(
                    torch.cat(all, 0).contiguous(), target.tensor().dtype());
            chain.add(new Link(weight, first.rows(), first.columns(), first.groups() * groups.size()));
        }
        return chain;
    }

    long weights() {
        return chain.stream().mapToLong(l -> l.weight().elements()).sum();
    }
}

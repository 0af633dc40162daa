package espalier.pass;

import espalier.graph.Model;
import java.util.List;
import java.util.Set;

/** Passes that are used together. */
public final class Passes {
    private Passes() {}

    /**
     * What is done before anything is trained or cut: every weight is an initializer of its own, any batch fits, and nothing said of
     * shapes is stale.
     */
    public static Pass beforeTraining() {
        return beforeTraining(Set.of());
    }

    /** @param tied initializers that are one weight on purpose and stay shared */
    public static Pass beforeTraining(Set<String> tied) {
        return inOrder(List.of(
                new RequireOpset(),
                new DropDefaultInputs(),
                new ConstantsToInitializers(),
                new UnmergeInitializers(tied),
                new FoldConstants(false),
                new FreeBatch(),
                new RemoveDead(),
                new DropValueInfo()));
    }

    /** What a network made for one batch size needs to take any: {@link FreeBatch}. */
    public static Pass anyBatch() {
        return inOrder(List.of(new RequireOpset(), new DropDefaultInputs(), new FreeBatch()));
    }

    /** What is done after a rewrite: what it left without a reader goes. */
    public static Pass afterRewriting() {
        return new RemoveDead();
    }

    private static Pass inOrder(List<Pass> passes) {
        return model -> {
            Model m = model;
            for (Pass p : passes) {
                m = p.apply(m);
            }
            return m;
        };
    }
}

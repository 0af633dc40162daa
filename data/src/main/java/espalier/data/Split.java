package espalier.data;

import espalier.graph.BadInputException;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A data set in two parts that share no sample, chosen by a seed.
 *
 * @param train what remains
 * @param validation what is held back; both keep the order of the data set
 */
public record Split(DataSet train, DataSet validation) {

    /**
     * Holds a share of the samples back; with labels the same share of every class, so that a rare class stays represented.
     *
     * @param share between 0 and 1, both exclusive
     * @throws BadInputException when one part would be empty
     */
    public static Split of(DataSet data, double share, long seed) {
        if (!(share > 0 && share < 1)) {
            throw BadInputException.of("validation share %s: give a number between 0 and 1", share);
        }
        boolean[] held = new boolean[data.size()];
        IntStream.range(0, held.length)
                .boxed()
                .collect(Collectors.groupingBy(data::label, TreeMap::new, Collectors.toList()))
                .forEach((label, samples) -> hold(held, share, seed, label, samples));
        DataSet validation = part(data, held, true, "validation part");
        DataSet train = part(data, held, false, "training part");
        if (validation.size() == 0 || train.size() == 0) {
            throw BadInputException.of(
                    "%s: a validation share of %s of %d samples leaves one part empty: choose another share",
                    data.name(), share, data.size());
        }
        return new Split(train, validation);
    }

    /**
     * Holds back all samples of one class, and no others.
     *
     * @throws BadInputException when one part would be empty
     */
    public static Split ofClass(DataSet data, long label) {
        boolean[] held = new boolean[data.size()];
        for (int i = 0; i < held.length; i++) {
            held[i] = data.label(i) == label;
        }
        DataSet validation = part(data, held, true, "class " + label);
        DataSet train = part(data, held, false, "without class " + label);
        if (validation.size() == 0 || train.size() == 0) {
            throw BadInputException.of(
                    "%s: class %d has %d of %d samples, so one part would be empty: choose another class",
                    data.name(), label, validation.size(), data.size());
        }
        return new Split(train, validation);
    }

    private static void hold(boolean[] held, double share, long seed, long label, List<Integer> candidates) {
        int[] order = Seeds.permutation(candidates.size(), Seeds.stream(seed, Seeds.SPLIT, label));
        for (int i = 0; i < Math.round(share * order.length); i++) {
            held[candidates.get(order[i])] = true;
        }
    }

    private static DataSet part(DataSet data, boolean[] held, boolean which, String part) {
        int[] samples =
                IntStream.range(0, held.length).filter(i -> held[i] == which).toArray();
        return new Subset(data, samples, data.name() + " (" + part + ")");
    }

    /** The first samples of a data set, all of them where there are fewer. */
    public static DataSet first(DataSet data, int count) {
        return count >= data.size()
                ? data
                : new Subset(data, IntStream.range(0, count).toArray(), data.name());
    }
}

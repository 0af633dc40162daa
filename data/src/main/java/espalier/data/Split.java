package espalier.data;

import espalier.graph.BadInputException;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
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
        return of(data, Math.round(share * data.size()), seed)
                .orElseThrow(() -> BadInputException.of(
                        "%s: a validation share of %s of %d samples leaves one part empty: choose another share",
                        data.name(), share, data.size()));
    }

    /**
     * Holds so many samples back, of every class as many as is its share in the data.
     *
     * @param count 1 or more, and fewer than there are
     */
    public static Split ofCount(DataSet data, int count, long seed) {
        return of(data, count, seed)
                .orElseThrow(() -> new IllegalArgumentException(count + " of " + data.size() + " samples held back"));
    }

    private static Optional<Split> of(DataSet data, long count, long seed) {
        if (count < 1 || count >= data.size()) {
            return Optional.empty();
        }
        boolean[] held = held(data, count, seed);
        return Optional.of(
                new Split(part(data, held, false, "training part"), part(data, held, true, "validation part")));
    }

    /** By largest remainders: each class has its share rounded down, and one more where the most was lost by that. */
    private static boolean[] held(DataSet data, long count, long seed) {
        boolean[] held = new boolean[data.size()];
        List<List<Integer>> classes = byRemainder(data, count);
        long left = count;
        for (List<Integer> samples : classes) {
            left -= count * samples.size() / held.length;
        }
        for (List<Integer> samples : classes) {
            hold(held, count * samples.size() / held.length + (left-- > 0 ? 1 : 0), seed, data, samples);
        }
        return held;
    }

    private static List<List<Integer>> byRemainder(DataSet data, long count) {
        return IntStream.range(0, data.size())
                .boxed()
                .collect(Collectors.groupingBy(data::label, TreeMap::new, Collectors.toList()))
                .values()
                .stream()
                .sorted(Comparator.comparingLong(samples -> -(count * samples.size() % data.size())))
                .toList();
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

    private static void hold(boolean[] held, long count, long seed, DataSet data, List<Integer> candidates) {
        long label = data.label(candidates.get(0));
        int[] order = Seeds.permutation(candidates.size(), Seeds.stream(seed, Seeds.SPLIT, label));
        for (int i = 0; i < count; i++) {
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

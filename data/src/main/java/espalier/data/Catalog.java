package espalier.data;

import espalier.config.Nearest;
import espalier.graph.BadInputException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The data sets known by name. */
public final class Catalog {
    private static final String ZALANDO = "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/";
    private static final String PYTORCH = "https://ossci-datasets.s3.amazonaws.com/mnist/";
    private static final String TORONTO = "https://www.cs.toronto.edu/~kriz/";
    private static final String NO_LICENCE =
            "none stated; cite Krizhevsky, Learning Multiple Layers of Features from Tiny Images, 2009";

    private static final List<CatalogEntry> ALL = List.of(
            new CatalogEntry(
                    "fashion-mnist",
                    "70,000 images of clothes, 1x28x28, 10 classes (bundled)",
                    "MIT; Xiao, Rasul, Vollgraf, 2017, arXiv:1708.07747",
                    List.of(
                            "T-shirt/top",
                            "Trouser",
                            "Pullover",
                            "Dress",
                            "Coat",
                            "Sandal",
                            "Shirt",
                            "Sneaker",
                            "Bag",
                            "Ankle boot"),
                    List.of(
                            idx(
                                    ZALANDO,
                                    "train-images-idx3",
                                    26421880,
                                    "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888"),
                            idx(
                                    ZALANDO,
                                    "train-labels-idx1",
                                    29515,
                                    "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9"),
                            idx(
                                    ZALANDO,
                                    "t10k-images-idx3",
                                    4422102,
                                    "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b"),
                            idx(
                                    ZALANDO,
                                    "t10k-labels-idx1",
                                    5148,
                                    "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34"))),
            new CatalogEntry(
                    "mnist",
                    "70,000 handwritten digits, 1x28x28, 10 classes",
                    "CC BY-SA 3.0; LeCun, Cortes, Burges, 1998",
                    List.of("0", "1", "2", "3", "4", "5", "6", "7", "8", "9"),
                    List.of(
                            idx(
                                    PYTORCH,
                                    "train-images-idx3",
                                    9912422,
                                    "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db"),
                            idx(
                                    PYTORCH,
                                    "train-labels-idx1",
                                    28881,
                                    "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5"),
                            idx(
                                    PYTORCH,
                                    "t10k-images-idx3",
                                    1648877,
                                    "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7"),
                            idx(
                                    PYTORCH,
                                    "t10k-labels-idx1",
                                    4542,
                                    "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"))),
            new CatalogEntry(
                    "cifar10",
                    "60,000 photographs, 3x32x32, 10 classes",
                    NO_LICENCE,
                    List.of(),
                    List.of(archive("cifar-10-binary.tar.gz", 170052171, "c32a1d4ab5d03f1284b67883e8d87530"))),
            new CatalogEntry(
                    "cifar100",
                    "60,000 photographs, 3x32x32, 100 classes",
                    NO_LICENCE,
                    List.of(),
                    List.of(archive("cifar-100-binary.tar.gz", 168513733, "03b5dce01913d631647c71ecec9e9cb8"))));

    private Catalog() {}

    private static RemoteFile idx(String base, String stem, long bytes, String sha256) {
        String name = stem + "-ubyte.gz";
        return new RemoteFile(name, URI.create(base + name), bytes, Checksum.ofContents(sha256));
    }

    private static RemoteFile archive(String name, long bytes, String md5) {
        return new RemoteFile(name, URI.create(TORONTO + name), bytes, new Checksum("MD5", md5, false));
    }

    /** The list. */
    public static List<CatalogEntry> entries() {
        return ALL;
    }

    public static List<String> names() {
        return ALL.stream().map(CatalogEntry::name).toList();
    }

    /**
     * @throws BadInputException for an unknown name
     */
    public static CatalogEntry entry(String name) {
        return ALL.stream()
                .filter(e -> e.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new BadInputException(
                        Names.of(name) + ": no such file, folder or data set" + Nearest.hint(name, names())));
    }

    /** The folder {@code PATH/NAME} of the first search path that has one with the data set in it. */
    public static Optional<Path> find(String name, List<Path> searchPaths) {
        CatalogEntry entry = entry(name);
        return searchPaths.stream()
                .map(p -> p.resolve(entry.name()))
                .filter(entry::isIn)
                .findFirst();
    }

    static DataSource open(String name, List<Path> searchPaths) throws IOException {
        Path folder = find(name, searchPaths)
                .orElseThrow(() -> BadInputException.of(
                        "%s: not on this machine: run 'espalier data fetch %s', or give the folder it is in",
                        name, name));
        Optional<Cifar> cifar = Cifar.inFolder(folder);
        return cifar.isPresent()
                ? cifar.get().folder(folder)
                : Idx.folder(folder, entry(name).classNames());
    }
}

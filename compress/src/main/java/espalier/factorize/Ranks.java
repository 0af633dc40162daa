package espalier.factorize;

import java.util.List;

/** How the ranks of the layers are chosen. */
public sealed interface Ranks permits Budget, Energy, Vbmf, SameRank {
    /** The layers to split, and how. */
    List<Split> chosen(Trial trial);
}

package espalier.zoo;

/**
 * A network of the zoo, as lists of it show it.
 *
 * @param key what users write
 * @param summary one line
 * @param paper authors, year, arXiv number
 * @param scales whether the key may be followed by a width factor, as in {@code vgg11@0.5}
 */
public record Listing(String key, String summary, String paper, boolean scales) {}

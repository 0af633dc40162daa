/**
 * Networks as graphs, with initial weights, ready to be trained.
 *
 * <p>{@link espalier.zoo.Zoo} holds the list. A {@code Network} is a method that reads like the table in its paper; {@code
 * NetworkBuilder} turns the layers it names into nodes, initializers and shapes.
 *
 * <p>Weights of convolutions and of linear layers are normal with variance 2 / fan-in (He, Zhang, Ren, Sun: Delving Deep into
 * Rectifiers, 2015, arXiv:1502.01852, equation 10); those of the layer that makes the logits, which no ReLU follows, have variance 1 /
 * fan-in. Biases are 0; batch norm has scale 1, bias 0, mean 0, variance 1. Every tensor draws from a random stream of its own, split
 * off the seed's in the order of the layers.
 */
@NullMarked
package espalier.zoo;

import org.jspecify.annotations.NullMarked;

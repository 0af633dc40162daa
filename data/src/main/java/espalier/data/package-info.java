/**
 * Data sets, their readers and the batches that training and measuring take from them.
 *
 * <p>Read in this order: {@link espalier.data.DataSet} gives samples one by one, {@link espalier.data.Batches} puts them together in
 * an order that depends on nothing but a seed, {@link espalier.data.Normalization} and {@link espalier.data.Augmentation} are what
 * happens to them on the way, {@link espalier.data.Split} holds some of them back. Files are read by one class per format; every one
 * of them treats its file as hostile.
 */
@NullMarked
package espalier.data;

import org.jspecify.annotations.NullMarked;

/**
 * Data sets, their readers and the batches that training and measuring take from them.
 *
 * <p>Read in this order: {@link espalier.data.DataSet} gives samples one by one, {@link espalier.data.Batches} puts them together in
 * an order that depends on nothing but a seed, {@link espalier.data.Normalization} and {@link espalier.data.Augmentation} are what
 * happens to them on the way, {@link espalier.data.Split} holds some of them back. {@link espalier.data.Data} opens what a user
 * names, {@link espalier.data.DataSource} is what comes out and fits itself to a model's inputs; {@link espalier.data.Catalog} knows
 * data sets by name and {@link espalier.data.Download} brings them.
 *
 * <p>There is one class per file format. All of them treat their file as hostile: {@code DataFile} never gives more bytes than the
 * size on disk can honestly hold, counts are compared before anything is allocated, and what is wrong is said in one line.
 */
@NullMarked
package espalier.data;

import org.jspecify.annotations.NullMarked;

/**
 * Which channels belong together, and how they are taken out.
 *
 * <p>Every value gets an array of small integers that broadcasts to its shape and names, for each element, the unit it lives and dies
 * with; operators move these labels as they move data. Read in this order: {@link espalier.channel.Labels}, {@link
 * espalier.channel.Units}, {@link espalier.channel.Site} (what a rule sees), {@link espalier.channel.Rules} (the list of rules),
 * {@link espalier.channel.Labelling} (the passes), {@link espalier.channel.ChannelGroups}, then {@link espalier.channel.Choice},
 * {@link espalier.channel.Cut} and {@link espalier.channel.Masked}.
 */
@NullMarked
package espalier.channel;

import org.jspecify.annotations.NullMarked;

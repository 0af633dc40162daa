package espalier.zoo;

import espalier.zoo.NetworkBuilder.Value;

/**
 * The trunk of B-LeNet (Teerapittayanon, McDanel, Kung: BranchyNet, 2016, arXiv:1709.01686, section IV): three convolutions and two
 * linear layers. The paper gives no widths; these make it as large as LeNet-5, with a narrow first layer for an early exit.
 */
record BranchyLeNet() implements Network {
    @Override
    public Value build(NetworkBuilder net, Value image, int classes) {
        Value x = layer(net, 1, image, 8, Window.valid(5));
        x = layer(net, 2, x, 32, Window.same(5));
        x = layer(net, 3, x, 64, Window.same(5));
        x = net.relu("relu4", net.linear("fc1", net.flatten("flatten", x), 256));
        return net.logits("fc2", x, classes);
    }

    private static Value layer(NetworkBuilder net, int i, Value x, int filters, Window window) {
        Value y = net.relu("relu" + i, net.conv("conv" + i, x, filters, window));
        return net.maxPool("pool" + i, y, Window.tiles(2));
    }
}

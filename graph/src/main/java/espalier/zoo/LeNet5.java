package espalier.zoo;

import espalier.zoo.NetworkBuilder.Value;

/**
 * LeNet-5 as Caffe and the compression papers have it (Han, Pool, Tran, Dally: Learning both Weights and Connections, 2015,
 * arXiv:1506.02626, table 4): 20 and 50 filters, no ReLU after the convolutions, 500 hidden neurons.
 */
record LeNet5() implements Network {
    @Override
    public Value build(NetworkBuilder net, Value image, int classes) {
        Value x = net.maxPool("pool1", net.conv("conv1", image, 20, Window.valid(5)), Window.tiles(2));
        x = net.maxPool("pool2", net.conv("conv2", x, 50, Window.valid(5)), Window.tiles(2));
        x = net.relu("relu1", net.linear("fc1", net.flatten("flatten", x), 500));
        return net.logits("fc2", x, classes);
    }
}

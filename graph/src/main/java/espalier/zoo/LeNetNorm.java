package espalier.zoo;

import espalier.zoo.NetworkBuilder.Value;

/**
 * The LeNet of binary and ternary networks: 32 and 64 filters of 5x5, 512 hidden neurons, batch norm after each (Li, Zhang, Liu: Ternary
 * Weight Networks, 2016, arXiv:1605.04711, table 1).
 */
record LeNetNorm() implements Network {
    @Override
    public Value build(NetworkBuilder net, Value image, int classes) {
        Value x = net.maxPool("pool1", net.convNormRelu("", "1", image, 32, Window.valid(5)), Window.tiles(2));
        x = net.maxPool("pool2", net.convNormRelu("", "2", x, 64, Window.valid(5)), Window.tiles(2));
        Value y = net.linear("fc1", net.flatten("flatten", x), 512);
        return net.logits("fc2", net.relu("relu3", net.batchNorm("bn3", y)), classes);
    }
}

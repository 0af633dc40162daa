"""Writes tiny exports, one for each difficulty that real files have, with one input and output. All are far below
60 KB, so that tests may carry them.

    python fixtures.py OUTDIR

Prints one line a file, as export_real.py does; what each file is for stands in its function's docstring and as its
`doc_string`. Expected outputs are PyTorch's and are checked against ONNX Runtime with and
without its optimizer.
"""

import sys
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import nn
from torch.nn import functional as F

from exporting import export, pictures, prove, redraw, run

SIZE = 16
LARGEST = 60_000
UNFOLDED = {"training": torch.onnx.TrainingMode.PRESERVE, "do_constant_folding": False}
FIXTURES = []


def fixture(function):
    FIXTURES.append(function)
    return function


class Plain(nn.Module):
    """Convolution, batch norm, activation, twice; pooling; classifier behind a flatten that asks for the batch size."""

    def __init__(self):
        super().__init__()
        self.first, self.norm1 = nn.Conv2d(3, 8, 3, padding=1), nn.BatchNorm2d(8)
        self.second, self.norm2 = nn.Conv2d(8, 16, 3, stride=2, padding=1), nn.BatchNorm2d(16)
        self.classifier = nn.Linear(16 * 4 * 4, 10)

    def forward(self, x):
        x = F.relu(self.norm1(self.first(x)))
        x = F.max_pool2d(F.relu6(self.norm2(self.second(x))), 2)
        return self.classifier(x.reshape(x.size(0), -1))


class Attributes(nn.Module):
    """Operators whose axes, pads, bounds and limits moved from attributes to inputs between opset 10 and 13."""

    def __init__(self):
        super().__init__()
        self.first, self.second = nn.Conv2d(3, 8, 3), nn.Conv2d(8, 12, 3)
        self.classifier = nn.Linear(12, 10)

    def forward(self, x):
        x = F.relu6(self.first(F.pad(x, (1, 1, 1, 1))))
        x = x[:, :, 1:-1, 2:]
        x = F.interpolate(x, scale_factor=2.0, mode="nearest")
        x = F.hardtanh(self.second(x), -2.0, 3.0)
        x = x.unsqueeze(2).squeeze(2)
        left, right = x.split([4, 8], dim=1)
        x = torch.cat([right, left], dim=1)
        return self.classifier(x.sum(dim=(2, 3)) / 64)


class ChannelsFirstInside(nn.Module):
    """What a converter from a channels-last framework leaves: every convolution between two Transposes, the rest on
    NHWC."""

    def __init__(self):
        super().__init__()
        self.first = nn.Conv2d(3, 8, 3, padding=1, bias=False)
        self.second = nn.Conv2d(8, 12, 3, padding=1, bias=False)
        self.bias1, self.bias2 = nn.Parameter(torch.zeros(8)), nn.Parameter(torch.zeros(12))
        self.classifier = nn.Linear(12, 10)

    def forward(self, x):
        x = self.first(x.permute(0, 3, 1, 2)).permute(0, 2, 3, 1)
        x = F.relu(x + self.bias1)
        x = self.second(x.permute(0, 3, 1, 2)).permute(0, 2, 3, 1)
        x = F.relu(x + self.bias2)
        return self.classifier(x.mean(dim=(1, 2)))


class Twins(nn.Module):
    """Layers whose parameters are equal by value but are not tied: batch norms as initialised, equal biases."""

    def __init__(self):
        super().__init__()
        self.convolutions = nn.ModuleList(nn.Conv2d(3 if i == 0 else 8, 8, 3, padding=1) for i in range(4))
        self.norms = nn.ModuleList(nn.BatchNorm2d(8) for _ in range(4))
        self.classifier = nn.Linear(8, 8)

    def forward(self, x):
        for convolution, norm in zip(self.convolutions, self.norms):
            x = F.relu(norm(convolution(x)))
        return self.classifier(x.mean(dim=(2, 3)))


class Residual(nn.Module):
    """Two blocks on one stream, the second with a projection."""

    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(3, 8, 3, padding=1)
        self.one, self.two = nn.Conv2d(8, 12, 3, padding=1), nn.Conv2d(12, 8, 3, padding=1)
        self.three, self.four = nn.Conv2d(8, 10, 3, 2, 1), nn.Conv2d(10, 16, 3, padding=1)
        self.project = nn.Conv2d(8, 16, 1, 2)
        self.classifier = nn.Linear(16, 10)

    def forward(self, x):
        x = F.relu(self.stem(x))
        x = F.relu(x + self.two(F.relu(self.one(x))))
        x = F.relu(self.project(x) + self.four(F.relu(self.three(x))))
        return self.classifier(torch.flatten(F.adaptive_avg_pool2d(x, 1), 1))


class Shuffle(nn.Module):
    """A ShuffleNet unit: half passes through, half is grouped and depthwise; then the channels are shuffled."""

    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(3, 16, 3, 2, 1)
        self.grouped = nn.Conv2d(8, 8, 1, groups=2)
        self.depthwise = nn.Conv2d(8, 8, 3, padding=1, groups=8)
        self.last = nn.Conv2d(16, 12, 1)
        self.classifier = nn.Linear(12, 10)

    def forward(self, x):
        left, right = F.relu(self.stem(x)).chunk(2, dim=1)
        x = torch.cat([left, F.relu(self.depthwise(F.relu(self.grouped(right))))], dim=1)
        batch, channels, height, width = x.shape
        x = x.view(batch, 2, channels // 2, height, width).transpose(1, 2).reshape(batch, channels, height, width)
        return self.classifier(F.relu(self.last(x)).mean(dim=(2, 3)))


class SqueezeExcite(nn.Module):
    """A MobileNetV3 block: expand, depthwise, squeeze-excite with hard sigmoid, hard swish, project, add."""

    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(3, 8, 3, 2, 1)
        self.expand, self.depthwise = nn.Conv2d(8, 16, 1), nn.Conv2d(16, 16, 3, padding=1, groups=16)
        self.squeeze, self.excite = nn.Conv2d(16, 8, 1), nn.Conv2d(8, 16, 1)
        self.project = nn.Conv2d(16, 8, 1)
        self.classifier = nn.Linear(8, 10)

    def forward(self, x):
        stream = F.hardswish(self.stem(x))
        x = F.hardswish(self.depthwise(F.hardswish(self.expand(stream))))
        x = x * F.hardsigmoid(self.excite(F.relu(self.squeeze(F.adaptive_avg_pool2d(x, 1)))))
        return self.classifier(torch.flatten(F.adaptive_avg_pool2d(stream + self.project(x), 1), 1))


class Dense(nn.Module):
    """DenseNet's order: batch norm before its convolution, so that it cannot be folded, over a growing concat."""

    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(3, 8, 3, 2, 1)
        self.norms = nn.ModuleList(nn.BatchNorm2d(8 + 4 * i) for i in range(4))
        self.grow = nn.ModuleList(nn.Conv2d(8 + 4 * i, 4, 3, padding=1) for i in range(3))
        self.classifier = nn.Linear(20, 10)

    def forward(self, x):
        x = self.stem(x)
        for norm, grow in zip(self.norms, self.grow):
            x = torch.cat([x, grow(F.relu(norm(x)))], dim=1)
        return self.classifier(F.relu(self.norms[-1](x)).mean(dim=(2, 3)))


def feed(seed, batch=2):
    return pictures(batch, 3, SIZE, seed)


def save(model, folder, name, about, feeds, expected):
    """Saves and proves. Stack traces of the exporting script go: they name files of the machine, and say nothing about
    the network."""
    for part in (
        model.graph,
        *model.graph.node,
        *model.graph.value_info,
        *model.graph.input,
        *model.graph.output,
        *model.graph.initializer,
    ):
        part.doc_string = ""
        kept = [entry for entry in part.metadata_props if "stack_trace" not in entry.key]
        del part.metadata_props[:]
        part.metadata_props.extend(kept)
    model.doc_string = " ".join(about.split())
    path = folder / f"{name}.onnx"
    onnx.save(model, str(path))
    line = prove(path, feeds, expected)
    for written in (path, path.with_suffix(".npz")):
        assert written.stat().st_size < LARGEST, f"{written} is too large"
    return line


def exported(module, folder, example, opset, dynamo=False, **options):
    """The export as a model, beside what PyTorch computes."""
    path = folder / "export.tmp"
    try:
        export(module, example, path, opset, dynamo, **options)
        model = onnx.load(str(path))
    finally:
        path.unlink(missing_ok=True)
    with torch.no_grad():
        return model, {"output": module(example).numpy()}


def operators(model):
    return [node.op_type for node in model.graph.node]


def fold_into(model, initializers):
    """Moves initializers into Constant nodes at the graph's head."""
    constants = [
        helper.make_node("Constant", [], [tensor.name], name=f"constant_{tensor.name}", value=tensor)
        for tensor in initializers
    ]
    nodes = list(model.graph.node)
    del model.graph.node[:]
    model.graph.node.extend([*constants, *nodes])
    del model.graph.initializer[:]


@fixture
def attributes_opset9(folder):
    """Clip limits, Pad pads, Slice bounds, Squeeze, Unsqueeze and ReduceSum axes, Split sizes as attributes; Upsample
    before Resize."""
    example = feed(1)
    model, expected = exported(redraw(Attributes(), example, 1), folder, example, 9)
    assert {"Clip", "Pad", "Slice", "Upsample", "Unsqueeze", "Squeeze", "ReduceSum", "Split"} <= set(operators(model))
    assert all(
        len(node.input) == 1 for node in model.graph.node if node.op_type in ("Clip", "Pad", "Slice", "ReduceSum")
    )
    return save(model, folder, "attributes-opset9", attributes_opset9.__doc__, {"input": example.numpy()}, expected)


@fixture
def attributes_opset12(folder):
    """The half-way forms: Clip limits, Pad pads and Slice bounds are inputs, Squeeze, Unsqueeze, ReduceSum axes and
    Split sizes still attributes; Resize."""
    example = feed(2)
    model, expected = exported(redraw(Attributes(), example, 2), folder, example, 12)
    assert {"Clip", "Pad", "Slice", "Resize", "Unsqueeze", "Squeeze", "ReduceSum", "Split"} <= set(operators(model))
    return save(model, folder, "attributes-opset12", attributes_opset12.__doc__, {"input": example.numpy()}, expected)


@fixture
def initializers_as_inputs_opset8(folder):
    """IR 3: every initializer is a graph input too, and the batch norms were not folded."""
    example = feed(3)
    model, expected = exported(redraw(Plain(), example, 3), folder, example, 8)
    assert model.ir_version == 3 and len(model.graph.input) > len(model.graph.initializer) > 0
    about = initializers_as_inputs_opset8.__doc__
    return save(model, folder, "initializers-as-inputs-opset8", about, {"input": example.numpy()}, expected)


@fixture
def coerced_softmax_opset11(folder):
    """Before opset 13 Softmax flattened its input to two axes: over [N,8,4,4] with axis 1 it sums over 128 values, not
    over 8. Dropout keeps its ratio as an attribute, LogSoftmax has no axis (so 1)."""
    draw = torch.Generator().manual_seed(4)
    weight = torch.randn(8, 3, 4, 4, generator=draw) * 0.2
    head = torch.randn(10, 128, generator=draw) * 2
    nodes = [
        helper.make_node("Conv", ["input", "weight"], ["features"], kernel_shape=[4, 4], strides=[4, 4]),
        helper.make_node("Softmax", ["features"], ["shares"], axis=1),
        helper.make_node("Dropout", ["shares"], ["kept"], ratio=0.4),
        helper.make_node("LogSoftmax", ["kept"], ["logs"]),
        helper.make_node("Add", ["logs", "shares"], ["sum"]),
        helper.make_node("Mul", ["sum", "shares"], ["product"]),
        helper.make_node("Flatten", ["product"], ["flat"]),
        helper.make_node("Gemm", ["flat", "head"], ["output"], transB=1, alpha=0.5),
    ]
    graph = helper.make_graph(
        nodes,
        "coerced",
        [helper.make_tensor_value_info("input", TensorProto.FLOAT, ["N", 3, SIZE, SIZE])],
        [helper.make_tensor_value_info("output", TensorProto.FLOAT, ["N", 10])],
        [numpy_helper.from_array(weight.numpy(), "weight"), numpy_helper.from_array(head.numpy(), "head")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 11)], ir_version=6)
    # the expected output spells the coercion out
    example = feed(4)
    features = F.conv2d(example, weight, stride=4).flatten(1)
    shares = features.softmax(1)
    product = (shares.log_softmax(1) + shares) * shares
    expected = {"output": (0.5 * product @ head.T).numpy()}
    about = coerced_softmax_opset11.__doc__
    return save(model, folder, "coerced-softmax-opset11", about, {"input": example.numpy()}, expected)


@fixture
def constant_nodes(folder):
    """All weights in Constant nodes and no initializer at all, as some converters write them."""
    example = feed(5)
    model, expected = exported(redraw(Plain(), example, 5), folder, example, 13)
    fold_into(model, model.graph.initializer)
    assert not model.graph.initializer and operators(model).count("Constant") >= 6
    return save(model, folder, "constant-nodes", constant_nodes.__doc__, {"input": example.numpy()}, expected)


@fixture
def dynamic_batch_ts(folder):
    """The batch is free under an odd name, and the flatten computes it: Shape, Gather, Unsqueeze, Concat, Reshape."""
    example = feed(6)
    module = redraw(Plain(), example, 6)
    model, expected = exported(module, folder, example, 14, dynamic={0: "unk__616"})
    assert {"Shape", "Gather", "Concat", "Reshape"} <= set(operators(model))
    return save(model, folder, "dynamic-batch-ts", dynamic_batch_ts.__doc__, {"input": example.numpy()}, expected)


@fixture
def dynamic_batch_dynamo(folder):
    """The same network by the newer exporter: value_info for every value, metadata on nodes."""
    example = feed(6)
    model, expected = exported(redraw(Plain(), example, 6), folder, example, 18, dynamo=True)
    assert model.graph.value_info
    return save(
        model, folder, "dynamic-batch-dynamo", dynamic_batch_dynamo.__doc__, {"input": example.numpy()}, expected
    )


@fixture
def fixed_batch(folder):
    """Nothing is free: the batch is the 1 it was exported with, so the classifier's Reshape is a constant."""
    example = feed(7, batch=1)
    model, expected = exported(redraw(Plain(), feed(7, batch=8), 7), folder, example, 11, dynamic={})
    assert not any(dim.dim_param for dim in model.graph.input[0].type.tensor_type.shape.dim)
    return save(model, folder, "fixed-batch", fixed_batch.__doc__, {"input": example.numpy()}, expected)


@fixture
def nhwc(folder):
    """Input [N,H,W,C]; each convolution is wrapped in Transposes, bias and activation run on the last axis."""
    example = feed(8).permute(0, 2, 3, 1).contiguous()
    model, expected = exported(redraw(ChannelsFirstInside(), example, 8), folder, example, 13)
    assert operators(model).count("Transpose") >= 4
    return save(model, folder, "nhwc", nhwc.__doc__, {"input": example.numpy()}, expected)


@fixture
def merged_initializers(folder):
    """Equal initializers were merged by the exporter: one scale, shift or bias serves several layers through
    Identity(initializer). They are not tied weights."""
    example = feed(9)
    module = Twins()
    for part in module.modules():
        if isinstance(part, (nn.Conv2d, nn.Linear)):
            nn.init.kaiming_normal_(part.weight, generator=torch.Generator().manual_seed(part.weight.numel()))
            nn.init.constant_(part.bias, 0.1)
    for index, convolution in enumerate(module.convolutions):
        nn.init.kaiming_normal_(convolution.weight, generator=torch.Generator().manual_seed(index))
    for norm in module.norms:
        nn.init.constant_(norm.weight, 1.2)
        nn.init.constant_(norm.bias, 0.2)
        norm.momentum = None
    with torch.no_grad():
        module.train()(feed(9, batch=16))
    model, expected = exported(module.eval(), folder, example, 13, **UNFOLDED)
    stored = {tensor.name for tensor in model.graph.initializer}
    copies = [node for node in model.graph.node if node.op_type == "Identity" and node.input[0] in stored]
    assert len(copies) >= 6, f"only {len(copies)} merged initializers"
    return save(model, folder, "merged-initializers", merged_initializers.__doc__, {"input": example.numpy()}, expected)


@fixture
def shared_initializer(folder):
    """The same without the Identity: four convolutions and the classifier name one bias initializer directly, four
    batch norms one scale, one shift."""
    merged = onnx.load(str(folder / "merged-initializers.onnx"))
    stored = {tensor.name for tensor in merged.graph.initializer}
    copies = {
        node.output[0]: node.input[0]
        for node in merged.graph.node
        if node.op_type == "Identity" and node.input[0] in stored
    }
    kept = [node for node in merged.graph.node if node.output[0] not in copies]
    for node in kept:
        node.input[:] = [copies.get(name, name) for name in node.input]
    del merged.graph.node[:]
    merged.graph.node.extend(kept)
    example = feed(9).numpy()
    expected = {"output": np.load(folder / "merged-initializers.npz")["expected_output"]}
    return save(merged, folder, "shared-initializer", shared_initializer.__doc__, {"input": example}, expected)


def lie(model, fix_batch):
    """Adds 5 to the channels in every activation's value_info and describes a value that no node makes; with
    `fix_batch` the free batch becomes 7."""
    assert model.graph.value_info
    for info in model.graph.value_info:
        shape = info.type.tensor_type.shape
        if shape.dim and shape.dim[0].dim_param:
            shape.dim[1].dim_value += 5
            if fix_batch:
                shape.dim[0].dim_value = 7
    model.graph.value_info.append(helper.make_tensor_value_info("cut_long_ago", TensorProto.FLOAT, [1, 64, 8, 8]))


@fixture
def stale_value_info(folder):
    """value_info that lies as after a careless cut: wrong channel counts, and a value that no node makes. ONNX Runtime
    warns and runs it."""
    example = feed(10)
    model, expected = exported(redraw(Plain(), example, 10), folder, example, 18, dynamo=True)
    lie(model, fix_batch=False)
    return save(model, folder, "stale-value-info", stale_value_info.__doc__, {"input": example.numpy()}, expected)


@fixture
def stale_value_info_fatal(folder):
    """The same with a fixed batch: Reshape then sees an element count that cannot match, and ONNX Runtime refuses the
    file until value_info is dropped."""
    example = feed(10)
    model, expected = exported(redraw(Plain(), example, 10), folder, example, 18, dynamo=True)
    name = "stale-value-info-fatal"
    line = save(model, folder, name, stale_value_info_fatal.__doc__, {"input": example.numpy()}, expected)
    lie(model, fix_batch=True)
    onnx.save(model, str(folder / f"{name}.onnx"))
    try:
        run(folder / f"{name}.onnx", {"input": example.numpy()})
    except Exception as refusal:
        assert "Reshape" in str(refusal), refusal
    else:
        raise AssertionError(f"{name}: ONNX Runtime no longer refuses it")
    return f"{line}  (measured without the lies)"


@fixture
def unfolded_batch_norm(folder):
    """Convolution followed by BatchNormalization, scales uneven: what slimming wants to see."""
    example = feed(11)
    model, expected = exported(redraw(Plain(), example, 11), folder, example, 13, **UNFOLDED)
    assert operators(model).count("BatchNormalization") == 2
    return save(model, folder, "unfolded-batch-norm", unfolded_batch_norm.__doc__, {"input": example.numpy()}, expected)


def topology(module, name, opset, seed, dynamo=False):
    def write(folder):
        example = feed(seed)
        model, expected = exported(redraw(module(), example, seed), folder, example, opset, dynamo)
        return save(model, folder, name, module.__doc__, {"input": example.numpy()}, expected)

    return fixture(write)


topology(Residual, "residual", 11, 12)
topology(Shuffle, "shuffle-ts", 12, 13)
topology(Shuffle, "shuffle-dynamo", 18, 13, dynamo=True)
topology(SqueezeExcite, "squeeze-excite-opset13", 13, 14)
topology(SqueezeExcite, "squeeze-excite-opset14", 14, 14)
topology(Dense, "dense", 17, 15)


def main(folder):
    torch.set_num_threads(2)
    folder.mkdir(parents=True, exist_ok=True)
    for write in FIXTURES:
        print(write(folder), flush=True)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(Path(sys.argv[1]))

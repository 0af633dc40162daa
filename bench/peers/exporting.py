"""What the exporting scripts share: weights worth testing with, both exporters, and proof that a file is right.

Freshly initialised networks are poor test material: their activations fade out layer by layer (MobileNetV2 ends near
1e-12), and then any two networks "agree". So weights are drawn anew with gain, batch-norm statistics are measured and
moved off their defaults, inputs are smooth pictures instead of white noise, and every file is checked for a signal as
well as for agreement.
"""

import warnings
from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort
import torch
from torch import nn

warnings.filterwarnings("ignore", category=DeprecationWarning)
warnings.filterwarnings("ignore", category=UserWarning, module=r"torch\.onnx.*")
warnings.filterwarnings("ignore", category=torch.jit.TracerWarning)


def pictures(count, channels, size, seed):
    """Smooth pictures, about zero mean and unit variance: sums of a few waves, different in each sample and channel."""
    draw = np.random.default_rng(seed)
    y, x = np.mgrid[0:size, 0:size] / size
    waves = 6
    fx, fy = draw.uniform(-4, 4, (2, count, channels, waves, 1, 1))
    phase = draw.uniform(0, 2 * np.pi, (count, channels, waves, 1, 1))
    height = draw.uniform(0.2, 1.0, (count, channels, waves, 1, 1))
    picture = (height * np.sin(2 * np.pi * (fx * x + fy * y) + phase)).sum(2)
    picture += draw.normal(0, 0.5, (count, channels, 1, 1))
    return torch.from_numpy((picture / picture.std()).astype(np.float32))


@torch.no_grad()
def redraw(module, example, seed):
    """Draws all weights anew so that the signal survives to the output, and leaves the module in eval mode.

    Batch norms get uneven scales, shifts, and the statistics of `example` blurred by up to a third: none of the four
    keeps its default, and two filters of a layer differ in norm, as they do in trained networks.
    """
    draw = torch.Generator().manual_seed(seed)

    def uniform(like, low, high):
        return torch.rand(like.shape, generator=draw) * (high - low) + low

    def normal(like, spread):
        return torch.randn(like.shape, generator=draw) * spread

    norms = (nn.modules.batchnorm._BatchNorm, nn.LayerNorm)
    for part in module.modules():
        if isinstance(part, norms):
            if part.weight is not None:
                part.weight.copy_(uniform(part.weight, 0.5, 1.5))
                part.bias.copy_(normal(part.bias, 0.3))
            continue
        for weight in part.parameters(recurse=False):
            if weight.dim() >= 2:
                fan_in = weight[0].numel()
                weight.copy_(normal(weight, (2.0 / fan_in) ** 0.5))
                weight.mul_(uniform(torch.empty(len(weight), *[1] * (weight.dim() - 1)), 0.5, 1.5))
            else:
                weight.copy_(normal(weight, 0.1))

    batch_norms = [part for part in module.modules() if isinstance(part, nn.modules.batchnorm._BatchNorm)]
    for norm in batch_norms:
        norm.reset_running_stats()
        norm.momentum = 1.0  # the statistics of the one example
    if batch_norms:
        module.train()
        module(example)
    for norm in batch_norms:
        spread = norm.running_var.sqrt()
        norm.running_mean.add_(spread * normal(spread, 0.3))
        norm.running_var.mul_(uniform(spread, 0.67, 1.5)).clamp_(min=1e-3)
    return module.eval()


def export(module, example, path, opset, dynamo, dynamic=None, **options):
    """Writes one file with free axes `dynamic` ({axis: name}, the batch by default); the model and its input are called
    input and output."""
    dynamic = {0: "batch"} if dynamic is None else dynamic
    names = dict(input_names=["input"], output_names=["output"], opset_version=opset, verbose=False)
    if dynamo:
        free = {axis: torch.export.Dim(name, min=1) for axis, name in dynamic.items()}
        torch.onnx.export(
            module,
            (example,),
            path,
            dynamo=True,
            external_data=False,
            dynamic_shapes=(free or None,),
            **names,
            **options,
        )
    else:
        axes = {"input": dynamic, "output": {0: dynamic[0]}} if dynamic else None
        torch.onnx.export(module, (example,), path, dynamo=False, dynamic_axes=axes, **names, **options)


def run(model, feeds, optimize=True):
    """Runs a path or a model in ONNX Runtime and returns {output name: array}."""
    options = ort.SessionOptions()
    options.intra_op_num_threads = 2
    options.log_severity_level = 3
    if not optimize:
        options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_DISABLE_ALL
    source = str(model) if isinstance(model, (str, Path)) else model.SerializeToString()
    session = ort.InferenceSession(source, options, providers=["CPUExecutionProvider"])
    return dict(zip([output.name for output in session.get_outputs()], session.run(None, feeds)))


def differ(left, right):
    """The largest difference, relative to the largest expected value."""
    return float(np.abs(left - right).max() / max(np.abs(right).max(), 1e-30))


def one_ulp_up(value):
    return np.nextafter(value, np.float32(np.inf)) if value.dtype == np.float32 else value


def prove(path, feeds, expected, tolerance=1e-4):
    """Checks the file, keeps its input and output beside it as NAME.npz, and returns a line that says how sure that is.

    `expected` is {output: array} by PyTorch. A batch of another size must give the same rows, and another sample must
    give another output: a constant agrees with everything.
    """
    onnx.checker.check_model(str(path), full_check=False)
    got = run(path, feeds)
    plain = run(path, feeds, optimize=False)
    error = max(max(differ(got[name], expected[name]), differ(plain[name], expected[name])) for name in expected)
    moved = run(path, {name: one_ulp_up(value) for name, value in feeds.items()})
    noise = max(differ(moved[name], got[name]) for name in got)
    noise = f" (an ulp of input: {noise:.0e})" if any(value.dtype == np.float32 for value in feeds.values()) else ""
    output = next(iter(expected.values()))
    signal = (
        float(np.ptp(output, axis=0).max() / np.abs(output).max())
        if len(output) > 1
        else float(output.std() / np.abs(output).max())
    )
    assert error < tolerance, f"{path}: off by {error:.1e}"
    assert np.isfinite(output).all() and 1e-3 < output.std() < 1e4, f"{path}: outputs spread by {output.std():.1e}"
    assert signal > 0.05, f"{path}: samples differ by only {signal:.1e}"

    model = onnx.load(str(path), load_external_data=False)
    inputs = {info.name: info for info in model.graph.input}
    free = all(inputs[name].type.tensor_type.shape.dim[0].dim_param for name in feeds)
    if free and len(output) > 1:
        first = run(path, {name: value[:1] for name, value in feeds.items()})
        for name in expected:
            assert differ(first[name], expected[name][:1]) < tolerance, f"{path}: another batch size gives other rows"

    np.savez_compressed(
        Path(path).with_suffix(".npz"), **feeds, **{f"expected_{name}": value for name, value in expected.items()}
    )
    opset = next(entry.version for entry in model.opset_import if entry.domain in ("", "ai.onnx"))
    return (
        f"{Path(path).name:34} opset {opset:2}  {Path(path).stat().st_size:>10,} bytes  "
        f"{len(model.graph.node):4} nodes  "
        f"error {error:.0e}{noise}  output std {output.std():.2g}  samples differ {signal:.2g}"
    )

"""Exports four torchvision networks with both exporters: eight ONNX files, each with one input and output.

    python export_real.py OUTDIR

Weights are random but alive (see exporting.py). Prints one line a file: opset, bytes, nodes, the largest relative
difference between PyTorch and ONNX Runtime, the spread of the outputs, and how much samples differ.
"""

import sys
from pathlib import Path

import torch
from torchvision import models

from exporting import export, pictures, prove, redraw

NETWORKS = {
    "resnet18": (models.resnet18, 11),
    "mobilenetv2": (models.mobilenet_v2, 12),
    "shufflenetv2": (models.shufflenet_v2_x1_0, 13),
    "densenet121": (models.densenet121, 14),
}
NEW_EXPORTER_OPSET = 18


def main(folder):
    torch.set_num_threads(2)
    folder.mkdir(parents=True, exist_ok=True)
    for seed, (name, (create, opset)) in enumerate(NETWORKS.items()):
        module = redraw(create(weights=None), pictures(8, 3, 224, seed=100 + seed), seed)
        sample = pictures(2, 3, 224, seed=200 + seed)
        with torch.no_grad():
            expected = {"output": module(sample).numpy()}
        for suffix, dynamo in (("ts", False), ("dynamo", True)):
            path = folder / f"{name}-{suffix}.onnx"
            export(module, sample, path, NEW_EXPORTER_OPSET if dynamo else opset, dynamo)
            print(prove(path, {"input": sample.numpy()}, expected), flush=True)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(Path(sys.argv[1]))

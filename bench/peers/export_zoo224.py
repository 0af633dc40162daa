"""Exports ResNet-50 and DenseNet-121 at 224x224: the files on which finding channel groups and reading are timed.

    python export_zoo224.py OUTDIR

The peer's times for the same networks come from time_torch_pruning.py. Prints one line a file, as export_real.py does.
"""

import sys
from pathlib import Path

import torch
from torchvision import models

from exporting import export, pictures, prove, redraw

NETWORKS = {"resnet50": models.resnet50, "densenet121": models.densenet121}
OPSET = 17


def main(folder):
    torch.set_num_threads(2)
    folder.mkdir(parents=True, exist_ok=True)
    for seed, (name, create) in enumerate(NETWORKS.items()):
        module = redraw(create(weights=None), pictures(8, 3, 224, seed=300 + seed), seed)
        sample = pictures(2, 3, 224, seed=400 + seed)
        with torch.no_grad():
            expected = {"output": module(sample).numpy()}
        path = folder / f"{name}.onnx"
        export(module, sample, path, OPSET, dynamo=False)
        print(prove(path, {"input": sample.numpy()}, expected), flush=True)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(Path(sys.argv[1]))

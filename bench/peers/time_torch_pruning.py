"""Times Torch-Pruning's search for coupled channels in ResNet-50 and DenseNet-121 at 224x224.

    python time_torch_pruning.py [--repeat 5] [--threads 2]

Prints one JSON object; for each network, median seconds (warm: one unmeasured round goes before) and all times of

- forward: the network alone, without gradients, for orientation: building runs the network once;
- build: `build_dependency`, which yields the graph of dependencies but no groups yet;
- groups: `get_all_groups` over convolutions and linear layers, which follows the dependencies;
- total: build and groups together. Only this one compares with a tool that hands out finished groups.
"""

import argparse
import json
import os
import statistics
import time
import warnings
from importlib.metadata import version

import torch
import torch_pruning
from torch import nn
from torchvision import models

warnings.filterwarnings("ignore", category=UserWarning)

NETWORKS = {"resnet50": models.resnet50, "densenet121": models.densenet121}


def one_round(module, example):
    begin = time.perf_counter()
    with torch.no_grad():
        module(example)
    ran = time.perf_counter()
    graph = torch_pruning.DependencyGraph().build_dependency(module, example_inputs=example)
    built = time.perf_counter()
    count = len(list(graph.get_all_groups(root_module_types=[nn.modules.conv._ConvNd, nn.Linear])))
    end = time.perf_counter()
    return {"forward": ran - begin, "build": built - ran, "groups": end - built, "total": end - ran}, count


def measure(create, repeat):
    torch.manual_seed(0)
    module, example = create(weights=None).eval(), torch.randn(1, 3, 224, 224)
    _, count = one_round(module, example)
    rounds = [one_round(module, example)[0] for _ in range(repeat)]
    return {
        "groups_found": count,
        "median_seconds": {part: round(statistics.median(r[part] for r in rounds), 4) for part in rounds[0]},
        "seconds": {part: [round(r[part], 4) for r in rounds] for part in rounds[0]},
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--threads", type=int, default=2)
    given = parser.parse_args()
    torch.set_num_threads(given.threads)
    report = {
        "torch": torch.__version__,
        "torch_pruning": version("torch-pruning"),
        "threads": given.threads,
        "networks": {name: measure(create, given.repeat) for name, create in NETWORKS.items()},
        "load_average": os.getloadavg()[0],
    }
    print(json.dumps(report, indent=2))


if __name__ == "__main__":
    main()

"""Measures how many images a second PyTorch trains on, on this CPU.

    python train_throughput.py [--net resnet20|lenet5] [--layout contiguous|channels_last]
                               [--precision fp32|bf16] [--seconds 10]

Without a choice, all eight rows one after another. A step is: clear gradients, forward, cross entropy, backward, SGD
with momentum 0.9 and weight decay; batch 128; random images that are already in memory. Prints one JSON object: the
machine, and for each row images/s by the median step after the warm-up. A row taken beside other work is recognised
by `load_average` above the thread count and a median far from the fastest step; processor time of all threads
(`median_cpu_ms`) suffers less. Set OMP_WAIT_POLICY=PASSIVE there: waiting threads otherwise spin.
"""

import argparse
import json
import os
import platform
import statistics
import time
from contextlib import nullcontext
from itertools import product
from pathlib import Path

import torch
from torch import nn
from torch.nn import functional as F

WARM_UP_STEPS = 5
MEMORY = {"contiguous": torch.contiguous_format, "channels_last": torch.channels_last}
CPU_FLAGS = ("avx2", "avx512f", "avx512_bf16", "avx512_vnni", "amx_bf16")


def conv_norm(inputs, outputs, kernel, stride=1):
    return nn.Sequential(nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, bias=False), nn.BatchNorm2d(outputs))


class BasicBlock(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.first = conv_norm(inputs, outputs, 3, stride)
        self.second = conv_norm(outputs, outputs, 3)
        same = inputs == outputs and stride == 1
        self.shortcut = nn.Identity() if same else conv_norm(inputs, outputs, 1, stride)

    def forward(self, x):
        return F.relu(self.second(F.relu(self.first(x))) + self.shortcut(x))


def resnet20(classes=10):
    """He et al. 2015, section 4.2: three stages of three blocks, 16, 32, 64 channels; projections where the shape
    changes."""
    blocks, width = [], 16
    for stage, channels in enumerate((16, 32, 64)):
        for block in range(3):
            blocks.append(BasicBlock(width, channels, 2 if stage > 0 and block == 0 else 1))
            width = channels
    head = [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, classes)]
    return nn.Sequential(conv_norm(3, 16, 3), nn.ReLU(), *blocks, *head)


def lenet5(classes=10):
    """Caffe's variant: 430,500 weights."""
    return nn.Sequential(
        nn.Conv2d(1, 20, 5), nn.MaxPool2d(2), nn.Conv2d(20, 50, 5), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(800, 500), nn.ReLU(), nn.Linear(500, classes),
    )  # fmt: skip


NETWORKS = {"resnet20": (resnet20, (3, 32, 32)), "lenet5": (lenet5, (1, 28, 28))}


def measure(net, layout, precision, seconds, batch):
    torch.manual_seed(0)
    create, image = NETWORKS[net]
    module = create().to(memory_format=MEMORY[layout]).train()
    optimizer = torch.optim.SGD(module.parameters(), lr=0.01, momentum=0.9, weight_decay=5e-4)
    images = torch.randn(batch, *image).contiguous(memory_format=MEMORY[layout])
    labels = torch.randint(0, 10, (batch,))

    def step():
        optimizer.zero_grad(set_to_none=True)
        with torch.autocast("cpu", dtype=torch.bfloat16) if precision == "bf16" else nullcontext():
            logits = module(images)
        loss = F.cross_entropy(logits.float(), labels)
        loss.backward()
        optimizer.step()
        return loss.item()

    for _ in range(WARM_UP_STEPS):
        step()
    times, cpu_times, end = [], [], time.perf_counter() + seconds
    while len(times) < 5 or time.perf_counter() < end:
        start, cpu_start = time.perf_counter(), time.process_time()
        step()
        times.append(time.perf_counter() - start)
        cpu_times.append(time.process_time() - cpu_start)
    median = statistics.median(times)
    return {
        "net": net,
        "layout": layout,
        "precision": precision,
        "images_per_second": round(batch / median, 1),
        "median_ms": round(1000 * median, 2),
        "fastest_ms": round(1000 * min(times), 2),
        "median_cpu_ms": round(1000 * statistics.median(cpu_times), 2),
        "steps": len(times),
        "parameters": sum(weight.numel() for weight in module.parameters()),
        "load_average": os.getloadavg()[0],
    }


def cpu():
    """The model's name and those flags that decide speed; empty where the system does not list them."""
    listing = Path("/proc/cpuinfo")
    text = listing.read_text() if listing.exists() else ""
    fields = dict(line.split(":", 1) for line in text.splitlines() if ":" in line)
    fields = {key.strip(): value.strip() for key, value in fields.items()}
    present = fields.get("flags", "").split()
    return {
        "cpu": fields.get("model name", platform.processor()),
        "cores": os.cpu_count(),
        "flags": {flag: flag in present for flag in CPU_FLAGS},
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--net", choices=NETWORKS)
    parser.add_argument("--layout", choices=MEMORY)
    parser.add_argument("--precision", choices=("fp32", "bf16"))
    parser.add_argument("--seconds", type=float, default=10, help="measured time of each row")
    parser.add_argument("--batch", type=int, default=128)
    parser.add_argument("--threads", type=int, default=2)
    given = parser.parse_args()
    torch.set_num_threads(given.threads)
    rows = product(
        [given.net] if given.net else NETWORKS,
        [given.layout] if given.layout else MEMORY,
        [given.precision] if given.precision else ("fp32", "bf16"),
    )
    report = {"torch": torch.__version__, "threads": torch.get_num_threads(), "batch": given.batch, **cpu()}
    report["rows"] = [measure(*row, given.seconds, given.batch) for row in rows]
    print(json.dumps(report, indent=2))


if __name__ == "__main__":
    main()

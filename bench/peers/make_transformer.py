"""Exports a small transformer encoder: two blocks of attention, LayerNorm and GELU over token ids.

    python make_transformer.py OUTDIR

Files, each with one input and output:

- encoder-opset11 .. 14: LayerNorm and GELU decomposed (ReduceMean, Sub, Pow, Sqrt, Div; Erf), as files before opset
  17 have them;
- encoder-opset17: LayerNormalization as one operator, GELU decomposed;
- encoder-dynamo-opset20: the newer exporter, Gelu as one operator.

`encoder` has a fused query-key-value product that is reshaped to [N, T, 3, heads, d]; `encoder-separate-opset14` has
three products. Batch and length are free. Prints one line a file, as export_real.py does.
"""

import sys
from pathlib import Path

import onnx
import torch
from torch import nn
from torch.nn import functional as F

from exporting import differ, export, prove, redraw, run

VOCABULARY, LENGTH, WIDTH, HEADS, HIDDEN, CLASSES = 50, 12, 32, 4, 64, 10


class FusedAttention(nn.Module):
    def __init__(self):
        super().__init__()
        self.qkv, self.out = nn.Linear(WIDTH, 3 * WIDTH), nn.Linear(WIDTH, WIDTH)

    def forward(self, x):
        batch, length, _ = x.shape
        q, k, v = self.qkv(x).reshape(batch, length, 3, HEADS, WIDTH // HEADS).permute(2, 0, 3, 1, 4).unbind(0)
        return self.out(attend(q, k, v).transpose(1, 2).reshape(batch, length, WIDTH))


class SeparateAttention(nn.Module):
    def __init__(self):
        super().__init__()
        self.q, self.k, self.v = (nn.Linear(WIDTH, WIDTH) for _ in range(3))
        self.out = nn.Linear(WIDTH, WIDTH)

    def forward(self, x):
        batch, length, _ = x.shape
        q, k, v = (part(x).view(batch, length, HEADS, -1).transpose(1, 2) for part in (self.q, self.k, self.v))
        return self.out(attend(q, k, v).transpose(1, 2).reshape(batch, length, WIDTH))


def attend(q, k, v):
    scores = q @ k.transpose(-2, -1) / (WIDTH // HEADS) ** 0.5
    return scores.softmax(-1) @ v


class Block(nn.Module):
    """Pre-norm: x + attention(norm(x)), then x + feed-forward(norm(x))."""

    def __init__(self, attention):
        super().__init__()
        self.norm1, self.attention = nn.LayerNorm(WIDTH), attention()
        self.norm2, self.grow, self.shrink = nn.LayerNorm(WIDTH), nn.Linear(WIDTH, HIDDEN), nn.Linear(HIDDEN, WIDTH)

    def forward(self, x):
        x = x + self.attention(self.norm1(x))
        return x + self.shrink(F.gelu(self.grow(self.norm2(x))))


class Encoder(nn.Module):
    def __init__(self, attention):
        super().__init__()
        self.tokens = nn.Embedding(VOCABULARY, WIDTH)
        self.positions = nn.Parameter(torch.zeros(1, LENGTH, WIDTH))
        self.blocks = nn.Sequential(Block(attention), Block(attention))
        self.norm, self.classifier = nn.LayerNorm(WIDTH), nn.Linear(WIDTH, CLASSES)

    def forward(self, ids):
        x = self.tokens(ids) + self.positions[:, : ids.size(1)]
        return self.classifier(self.norm(self.blocks(x)).mean(1))


def write(folder, name, attention, opset, dynamo):
    ids = torch.randint(0, VOCABULARY, (2, LENGTH), generator=torch.Generator().manual_seed(opset))
    module = redraw(Encoder(attention), ids, seed=opset)
    with torch.no_grad():
        module.positions.normal_(generator=torch.Generator().manual_seed(opset))
        module.tokens.weight.mul_(WIDTH**0.5 / 2)  # fan-in counts the width here, though a row is looked up, not summed
        expected = {"output": module(ids).numpy()}
    path = folder / f"{name}.onnx"
    export(module, ids, path, opset, dynamo, dynamic={0: "batch", 1: "length"})
    operators = {node.op_type for node in onnx.load(str(path)).graph.node}
    assert ("LayerNormalization" in operators) == (opset >= 17), operators
    assert ("Gelu" in operators) == (opset >= 20), operators
    shorter = ids[:, : LENGTH - 5]
    with torch.no_grad():
        assert differ(run(path, {"input": shorter.numpy()})["output"], module(shorter).numpy()) < 1e-4, (
            "the length is not free"
        )
    print(prove(path, {"input": ids.numpy()}, expected), flush=True)


def main(folder):
    torch.set_num_threads(2)
    folder.mkdir(parents=True, exist_ok=True)
    for opset in (11, 12, 13, 14, 17):
        write(folder, f"encoder-opset{opset}", FusedAttention, opset, dynamo=False)
    write(folder, "encoder-separate-opset14", SeparateAttention, 14, dynamo=False)
    write(folder, "encoder-dynamo-opset20", FusedAttention, 20, dynamo=True)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(Path(sys.argv[1]))

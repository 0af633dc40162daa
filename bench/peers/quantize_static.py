"""ONNX Runtime's own quantizer beside ours: quantize_static.py FLOAT.onnx OURS.onnx --data FOLDER, with MNIST-like IDX files.

Quantizes FLOAT.onnx with the default settings and with each combination of per_channel and reduce_range for unsigned activations, on
the same number of training images as ours, then measures the accuracy of all on the test images and their latency in turns, in one
run on one thread. Prints JSON.
"""

import argparse
import gzip
import json
import os
import platform
import random
import statistics
import tempfile
import time

import numpy as np
import onnx
import onnxruntime as ort
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static
from onnxruntime.quantization.shape_inference import quant_pre_process


def images(folder, part):
    with gzip.open(os.path.join(folder, part + "-images-idx3-ubyte.gz")) as f:
        pixels = np.frombuffer(f.read(), np.uint8, offset=16).reshape(-1, 1, 28, 28).astype(np.float32) / 255
    with gzip.open(os.path.join(folder, part + "-labels-idx1-ubyte.gz")) as f:
        return pixels, np.frombuffer(f.read(), np.uint8, offset=8)


def normalization(model):
    text = {p.key: p.value for p in model.metadata_props}.get("espalier.normalization", "none")
    return (0.0, 1.0) if text == "none" else tuple(float(x) for x in text.split("/"))


class Reader(CalibrationDataReader):
    def __init__(self, name, samples):
        self.batches = iter([{name: samples[i : i + 1]} for i in range(len(samples))])

    def get_next(self):
        return next(self.batches, None)


def session(path):
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    return ort.InferenceSession(path, options, providers=["CPUExecutionProvider"])


def accuracy(s, pixels, labels):
    name = s.get_inputs()[0].name
    right = sum(
        int((s.run(None, {name: pixels[i : i + 100]})[0].argmax(1) == labels[i : i + 100]).sum())
        for i in range(0, len(labels), 100)
    )
    return right / len(labels)


def latencies(sessions, batch, seconds):
    blocks = {k: [] for k in sessions}
    feeds = {k: {s.get_inputs()[0].name: batch} for k, s in sessions.items()}
    end = time.perf_counter() + seconds * len(sessions)
    while time.perf_counter() < end:
        for k, s in sessions.items():
            s.run(None, feeds[k])
            times = []
            block = time.perf_counter() + 0.02
            while time.perf_counter() < block:
                t = time.perf_counter()
                s.run(None, feeds[k])
                times.append(time.perf_counter() - t)
            blocks[k].append(statistics.median(times) if times else 0.02)
    reference = blocks[next(iter(blocks))]
    return {
        k: {
            "millis": 1e3 * statistics.median(b),
            "faster": statistics.median(r / x for r, x in zip(reference, b)),
        }
        for k, b in blocks.items()
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("float")
    parser.add_argument("ours")
    parser.add_argument("--data", required=True)
    parser.add_argument("--samples", type=int, default=512)
    parser.add_argument("--seconds", type=float, default=3)
    args = parser.parse_args()

    model = onnx.load(args.float)
    mean, std = normalization(model)
    train, _ = images(args.data, "train")
    test, labels = images(args.data, "t10k")
    chosen = random.Random(1).sample(range(len(train)), args.samples)
    calibration = (train[chosen] - mean) / std
    test = (test - mean) / std
    name = model.graph.input[0].name

    with tempfile.TemporaryDirectory() as folder:
        prepared = os.path.join(folder, "prepared.onnx")
        quant_pre_process(args.float, prepared)
        files = {"float": args.float, "ours": args.ours}
        settings = {"default": {}}
        for per_channel in (False, True):
            for reduce_range in (False, True):
                key = f"unsigned activations, per_channel={per_channel}, reduce_range={reduce_range}"
                settings[key] = dict(
                    activation_type=QuantType.QUInt8,
                    weight_type=QuantType.QInt8,
                    per_channel=per_channel,
                    reduce_range=reduce_range,
                )
        for key, chosen_settings in settings.items():
            path = os.path.join(folder, f"{len(files)}.onnx")
            quantize_static(
                prepared, path, Reader(name, calibration), quant_format=QuantFormat.QDQ, **chosen_settings
            )
            files[key] = path
        sessions = {k: session(p) for k, p in files.items()}
        one = latencies(sessions, test[:1], args.seconds)
        many = latencies(sessions, test[:64], args.seconds)
        rows = {
            k: {
                "accuracy": accuracy(s, test, labels),
                "bytes": os.path.getsize(files[k]),
                "batch1": one[k],
                "batch64": many[k],
            }
            for k, s in sessions.items()
        }
    print(
        json.dumps(
            {"onnxruntime": ort.__version__, "processor": platform.processor(), "load": os.getloadavg()[0], "rows": rows},
            indent=1,
        )
    )


if __name__ == "__main__":
    main()

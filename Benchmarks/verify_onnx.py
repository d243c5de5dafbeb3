"""Checks ONNX files of this package: the checker of the package onnx accepts them, and ONNX Runtime, onnx.reference,
OpenVINO and OpenCV compute the outputs that this package computes.

The models and outputs are written by onnx-cases: cells, directions and readouts with random weights, on all test images
of MNIST and on sequences of different lengths, and the checkpoint of a run. Exit code 1 if an output differs by more
than the tolerance, or if a class differs although its lead over the next is larger than twice the tolerance.

--break damages each file before it is read: every comparison must then fail, and the exit code is 1 if one does not.
"""

import argparse
import collections
import os
import pathlib
import subprocess
import sys
import tempfile
import time
import warnings

import numpy as np
import onnx
import onnx.checker
import onnx.numpy_helper
import onnx.reference
import onnxruntime
import safetensors.numpy

import mnist

os.environ["OPENCV_LOG_LEVEL"] = "SILENT"  # OpenCV prints the reason of a refusal several times

TOLERANCE = 1e-4
# The least number of models that each engine computes, by whether all are written.
LEAST = {
    False: {"ONNX Runtime": 45, "onnx.reference": 36, "OpenVINO": 45, "OpenCV": 25},
    True: {"ONNX Runtime": 105, "onnx.reference": 84, "OpenVINO": 105, "OpenCV": 55},
}
ROOT = pathlib.Path(__file__).resolve().parent.parent
CASES = ROOT / ".build" / "release" / "onnx-cases"


class Unsupported(Exception):
    """An engine refuses a model; not an error of the file."""


# Engines: each takes the bytes of a model and returns a function from inputs to the output.


def onnx_runtime(model):
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    return lambda inputs: session.run(None, inputs)[0]


def reference(model):
    try:
        evaluator = onnx.reference.ReferenceEvaluator(onnx.load_from_string(model))
    except (NotImplementedError, RuntimeError) as error:
        raise Unsupported(last_line(error))

    def run(inputs):
        try:
            return evaluator.run(None, inputs)[0]
        except NotImplementedError as error:
            raise Unsupported(last_line(error))

    return run


def openvino(model):
    try:
        import openvino as ov
    except ImportError:
        raise Unsupported("not installed")
    core = ov.Core()
    try:
        compiled = core.compile_model(core.read_model(model), "CPU", {"INFERENCE_PRECISION_HINT": "f32"})
    except RuntimeError as error:
        raise Unsupported(last_line(error))
    return lambda inputs: compiled(inputs)[0]


def opencv(model):
    try:
        import cv2
    except ImportError:
        raise Unsupported("not installed")
    try:
        net = cv2.dnn.readNetFromONNX(np.frombuffer(model, np.uint8))
    except cv2.error as error:
        raise Unsupported(last_line(error))

    def run(inputs):
        try:
            for name, value in inputs.items():
                net.setInput(value, name)
            return net.forward()
        except cv2.error as error:
            raise Unsupported(last_line(error))

    return run


def last_line(error):
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return " ".join(lines)[-160:] if lines else type(error).__name__


# Comparisons


class Comparison:
    """The differences between an engine's outputs and this package's."""

    def __init__(self):
        self.worst, self.classes, self.failures = 0.0, [], []

    def add(self, name, found, expected):
        if found.shape != expected.shape:
            self.failures.append(f"{name}: shape {found.shape}, expected {expected.shape}")
            return
        difference = np.abs(found.astype(np.float64) - expected)
        worst = float(difference.max())
        self.worst = worst if not worst <= self.worst else self.worst
        if not worst <= TOLERANCE:
            self.failures.append(f"{name}: differs by {worst:.2e}")
        rows, wanted = found.reshape(-1, found.shape[-1]), expected.reshape(-1, expected.shape[-1])
        for row in np.flatnonzero(rows.argmax(1) != wanted.argmax(1)):
            top = np.sort(wanted[row])[-2:]
            margin = float(top[1] - top[0])
            self.classes.append(f"{name}, row {row}: another class; the lead was {margin:.1e}")
            if not margin <= 2 * TOLERANCE:
                self.failures.append(self.classes[-1])


def batches(inputs, outputs, size):
    for start in range(0, len(outputs), size):
        yield {name: value[start : start + size] for name, value in inputs.items()}, outputs[start : start + size]


def compare(comparison, name, run, inputs, outputs, size, lengths=None):
    """Compares the outputs in batches; outputs after the end of a sequence are not compared."""
    for batch, expected in batches(inputs, outputs, size):
        found = run(batch)
        if lengths is not None and expected.ndim == 3 and found.shape == expected.shape:
            ended = np.arange(expected.shape[1])[None, :] >= batch["lengths"][:, None]
            found = np.where(ended[:, :, None], expected, found)
        comparison.add(f"{name}, batch {size}", found, expected)


# Damages, for --break


def initializer(graph, part):
    return next(tensor for tensor in graph.initializer if part in tensor.name)


def change(tensor, function):
    tensor.raw_data = function(onnx.numpy_helper.to_array(tensor).copy()).astype(np.float32).tobytes()


def swap_gates(graph):
    """Exchanges the first two gates of the first layer; of an RNN, which has one gate, the halves of the units."""
    tensor = initializer(graph, "l0.weight_ih")
    node = next(node for node in graph.node if node.op_type in ("LSTM", "GRU", "RNN"))
    hidden = next(attribute.i for attribute in node.attribute if attribute.name == "hidden_size")
    size = hidden // 2 if node.op_type == "RNN" else hidden

    def swap(values):
        values[:, : 2 * size] = np.concatenate([values[:, size : 2 * size], values[:, :size]], 1)
        return values

    change(tensor, swap)


def forget_transpose(graph):
    """Makes the first Transpose an identity."""
    node = next(node for node in graph.node if node.op_type == "Transpose")
    node.attribute[0].ints[:] = sorted(node.attribute[0].ints)


def forget_bias(graph):
    """Sets a bias to zero: the first layer's, or the linear layer's of a model without others."""
    names = [tensor.name for tensor in graph.initializer]
    name = next((name for name in names if name.endswith("l0.bias")), "fc.bias")
    change(initializer(graph, name), np.zeros_like)


BREAKS = {"gates": swap_gates, "transpose": forget_transpose, "bias": forget_bias}


def verify(path, images, batch_sizes, damage):
    """Returns the comparison for each engine, and the refusals."""
    model = onnx.load(path)
    if damage:
        damage(model.graph)
    else:
        onnx.checker.check_model(model, full_check=True)
    bytes_ = model.SerializeToString() if damage else path.read_bytes()
    tensors = safetensors.numpy.load_file(path.with_suffix(".safetensors"))
    outputs = tensors.pop("outputs")
    inputs = tensors or {"input": images}
    lengths = inputs.get("lengths")
    found, refusals = {}, {}

    def check(engine, make, sizes, rows=None, longest=False):
        comparison = Comparison()
        taken, expected = inputs, outputs
        if longest and lengths is not None:
            rows = np.flatnonzero(lengths == lengths.max())
        if rows is not None:
            taken, expected = {name: value[rows] for name, value in inputs.items()}, outputs[rows]
        try:
            run = make(bytes_)
            for size in sizes:
                compare(comparison, path.stem, run, taken, expected, size, lengths)
        except Unsupported as refusal:
            refusals[engine] = str(refusal)
            return
        except Exception as error:  # an engine may refuse a damaged model in any way
            if not damage:
                raise
            comparison.failures.append(f"{path.stem}: {engine} refuses it: {last_line(error)}")
        found[engine] = comparison

    check("ONNX Runtime", onnx_runtime, batch_sizes)
    # The reference ignores sequence lengths.
    check("onnx.reference", reference, [2], rows=np.arange(3), longest=True)
    # OpenVINO 2026.4 reads each sequence of a batch as if it had no padding: lengths have no effect.
    check("OpenVINO", openvino, [1000], longest=True)
    # OpenCV 5.0 computes a GRU once: a second batch needs another copy of the network.
    check("OpenCV", opencv, [1000], rows=None if lengths is not None else np.arange(min(1000, len(outputs))), longest=True)
    return found, refusals


def checkpoint(run):
    for name in ("best", "last"):
        path = pathlib.Path(run) / "checkpoints" / f"{name}.safetensors"
        if path.exists():
            return path
    raise SystemExit(f"{run} has no checkpoint; train a model first: make train")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("run", nargs="?", help="run whose checkpoint is one more model")
    parser.add_argument("--all", action="store_true", help="all models, in batches of 1, 7 and 1000")
    parser.add_argument("--break", dest="damage", choices=BREAKS, help="damage the files first; every comparison must fail")
    arguments = parser.parse_args()
    warnings.filterwarnings("ignore")
    images = mnist.load("t10k")[0]
    sizes = [1, 7, 1000] if arguments.all else [7, 1000]
    started, failures, notes = time.monotonic(), [], []
    totals = collections.defaultdict(lambda: [0, 0.0])
    refusals = collections.defaultdict(list)
    with tempfile.TemporaryDirectory() as directory:
        command = [str(CASES), directory, "--data", str(mnist.DIRECTORY)]
        command += ["--all"] if arguments.all else []
        command += ["--checkpoint", str(checkpoint(arguments.run))] if arguments.run else []
        subprocess.run(command, check=True)
        paths = sorted(pathlib.Path(directory).glob("*.onnx"))
        for path in paths:
            comparisons, refused = verify(path, images, sizes, BREAKS.get(arguments.damage))
            for engine, reason in refused.items():
                refusals[engine].append(f"{path.stem}: {reason}")
            for engine, comparison in comparisons.items():
                totals[engine][0] += 1
                totals[engine][1] = max(totals[engine][1], comparison.worst)
                if not arguments.damage:
                    notes += [f"{engine}: {line}" for line in comparison.classes]
                if arguments.damage and not comparison.failures:
                    failures.append(f"{engine}: {path.stem} is damaged, and nothing differs")
                elif not arguments.damage:
                    failures += [f"{engine}: {line}" for line in comparison.failures]
    print(f"{len(paths)} ONNX files, {'damaged: ' + arguments.damage if arguments.damage else 'accepted by the checker'}; "
          f"{time.monotonic() - started:.0f} s")
    for engine, (count, worst) in totals.items():
        if arguments.damage:
            missed = sum(line.startswith(f"{engine}: ") for line in failures)
            print(f"  {engine}: {count - missed} of {count} models are refused or compute other outputs")
        else:
            print(f"  {engine}: {count} models, outputs differ by at most {worst:.1e}")
    for engine, lines in refusals.items():
        print(f"  {engine} refuses {len(lines)} models, such as {lines[0]}")
    for line in notes[:20]:
        print(f"  {line}")
    # A refusal of a damaged file is counted as computed, so that only whole files have a minimum.
    for engine, minimum in {} if arguments.damage else LEAST[arguments.all].items():
        count = totals[engine][0]
        if count < minimum:
            failures.append(f"{engine}: expected at least {minimum} models, computed {count}")
    if not totals["ONNX Runtime"][0]:
        failures.append("ONNX Runtime computed nothing")
    for line in failures[:20]:
        print(f"verify_onnx: {line}", file=sys.stderr)
    sys.exit(bool(failures))


if __name__ == "__main__":
    main()

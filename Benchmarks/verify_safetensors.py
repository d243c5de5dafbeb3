"""Checks that the safetensors package opens every checkpoint of a run and that none was damaged.

Each tensor is read into NumPy. Parameters have PyTorch's names, the optimizer's tensors those of its parameters
and their shapes, and the digest in the metadata is that of the file. Exit code 1 if anything differs.
"""

import argparse
import hashlib
import pathlib
import re

import numpy as np
import safetensors

DIGEST = re.compile(rb'"sha256"\s*:\s*"([0-9a-f]{64})"')
PARAMETER = re.compile(r"(\w+\.)*((weight|bias)_(ih|hh)_l\d+(_reverse)?|weight|bias)")
OPTIMIZER = re.compile(r"optimizer\.(exp_avg|exp_avg_sq|momentum_buffer|square_avg)\.(.+)")


def fail(message):
    raise SystemExit(f"verify_safetensors: {message}")


def read(path):
    """Returns the tensors of a file by name, and its metadata."""
    try:
        with safetensors.safe_open(path, framework="numpy") as file:
            return {name: file.get_tensor(name) for name in file.keys()}, file.metadata() or {}
    except (OSError, safetensors.SafetensorError, TypeError, ValueError) as error:
        fail(f"{path}: not a safetensors file: {error}")


def check_digest(path, metadata):
    """Fails unless `sha256` is the digest of the file with the digest's own 64 characters replaced by '0'."""
    stated = metadata.get("sha256", "")
    data = path.read_bytes()
    header = data[8 : 8 + int.from_bytes(data[:8], "little")]
    matches = list(DIGEST.finditer(header))
    if len(matches) != 1 or matches[0][1].decode() != stated:
        fail(f"{path}: expected sha256 once in the metadata, 64 hexadecimal digits, found {stated!r}")
    start = 8 + matches[0].start(1)
    digest = hashlib.sha256(data[:start] + b"0" * 64 + data[start + 64 :]).hexdigest()
    if digest != stated:
        fail(f"{path}: the file has the digest {digest}, its metadata say {stated}: it was damaged")


def check_names(path, tensors):
    """Fails unless every tensor is a parameter or belongs to one; returns the names of the parameters."""
    parameters = [name for name in tensors if not name.startswith(("optimizer.", "ema."))]
    if not parameters:
        fail(f"{path}: no parameters")
    for name, tensor in tensors.items():
        if tensor.dtype != np.float32:
            fail(f"{path}: {name} is {tensor.dtype}, expected float32")
        if name in parameters:
            if not PARAMETER.fullmatch(name):
                fail(f"{path}: {name} is no name that PyTorch gives a parameter")
            continue
        match = OPTIMIZER.fullmatch(name)
        if not match or match[2] not in parameters:
            fail(f"{path}: {name} belongs to no parameter")
        if tensor.shape != tensors[match[2]].shape:
            fail(f"{path}: {name} is of shape {tensor.shape}, its parameter of {tensors[match[2]].shape}")
    return parameters


def describe(path, tensors, parameters):
    buffers = sorted({OPTIMIZER.fullmatch(name)[1] for name in tensors if name not in parameters})
    numbers = sum(tensors[name].size for name in parameters)
    print(
        f"{path}: {len(parameters)} parameters of {numbers} numbers, "
        f"optimizer: {', '.join(buffers) or 'nothing'}; the digest is right"
    )


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument(
        "run", nargs="?", type=pathlib.Path, default=pathlib.Path("runs/latest"),
        help="the run's directory (default: runs/latest)",
    )
    run = arguments.parse_args().run

    paths = sorted((run / "checkpoints").glob("*.safetensors"))
    if not paths:
        fail(f"{run / 'checkpoints'} has no *.safetensors; train a model first: make train")
    layout = None
    for path in paths:
        tensors, metadata = read(path)
        check_digest(path, metadata)
        parameters = check_names(path, tensors)
        describe(path, tensors, parameters)
        shapes = {name: tensors[name].shape for name in parameters}
        if layout is None:
            layout = shapes
            for name, shape in shapes.items():
                print(f"  {name:<28} {tensors[name].dtype}  {' x '.join(map(str, shape))}")
        elif shapes != layout:
            fail(f"{path}: parameters or shapes differ from those of {paths[0]}")


if __name__ == "__main__":
    main()

"""MNIST's IDX files as arrays, read by hand from datasets/mnist/*.gz."""

import gzip
import pathlib

import numpy

DIRECTORY = pathlib.Path(__file__).resolve().parent.parent / "datasets" / "mnist"


def _read_idx(path, rank):
    try:
        content = gzip.decompress(path.read_bytes())
    except FileNotFoundError:
        raise SystemExit(f"{path} is missing; that of the repository comes back by git checkout -- datasets")
    magic = bytes([0, 0, 0x08, rank])  # 0x08: unsigned bytes
    if content[:4] != magic:
        raise SystemExit(f"{path}: begins with {content[:4].hex()}, expected {magic.hex()}")
    shape = numpy.frombuffer(content, dtype=">u4", count=rank, offset=4)
    return numpy.frombuffer(content, dtype=numpy.uint8, offset=4 + 4 * rank).reshape(shape)


def load(part, directory=DIRECTORY):
    """Returns images (N, 28, 28) as float32 in [0, 1] and labels (N,) as int64; `part` is "train" or "t10k"."""
    images = _read_idx(directory / f"{part}-images-idx3-ubyte.gz", rank=3)
    labels = _read_idx(directory / f"{part}-labels-idx1-ubyte.gz", rank=1)
    return images.astype(numpy.float32) / numpy.float32(255), labels.astype(numpy.int64)

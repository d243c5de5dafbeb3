#!/usr/bin/env python3
"""Prints the records and the histogram that Tests/TensorBoardTests expects, made by the package tensorboard.

usage: .venv/bin/python Scripts/event_fixture.py        (Scripts/python-environment.sh makes .venv)
"""

import io
import textwrap

import numpy as np
import tensorboard
from tensorboard.compat.proto import event_pb2
from tensorboard.plugins.histogram.summary_v2 import histogram_pb
from tensorboard.plugins.text import metadata as text_metadata
from tensorboard.summary.writer.record_writer import RecordWriter
from tensorboard.util import tensor_util

WALL_TIME = 1_700_000_000.25
# The reader must leave out NaN and infinities.
VALUES = [0.5, -1.25, 3, 0.25, 0.25, -0.5, 2.75, float("nan"), float("inf"), 1, 0.125]


def record(**fields):
    buffer = io.BytesIO()
    RecordWriter(buffer).write(event_pb2.Event(wall_time=WALL_TIME, **fields).SerializeToString())
    return buffer.getvalue()


def summaries(step, *values):
    return record(step=step, summary={"value": list(values)})


def text(tag, markdown):
    metadata = text_metadata.create_summary_metadata(display_name=None, description=None)
    metadata.display_name = metadata.summary_description = ""
    return {"tag": tag, "tensor": tensor_util.make_tensor_proto(markdown), "metadata": metadata}


def histogram(tag, values, buckets):
    """Returns the old form of the histogram that tensorboard computes from the finite values in its new form."""
    finite = np.float32([value for value in values if np.isfinite(value)]).astype(np.float64)
    edges = tensor_util.make_ndarray(histogram_pb(tag, finite, buckets).value[0].tensor)
    return {
        "tag": tag,
        "histo": {
            "min": finite.min(), "max": finite.max(), "num": finite.size,
            "sum": finite.sum(), "sum_squares": (finite * finite).sum(),
            "bucket_limit": edges[:, 1], "bucket": edges[:, 2],
        },
    }


def image(tag, height, width, colorspace, encoded):
    fields = {"height": height, "width": width, "colorspace": colorspace, "encoded_image_string": encoded}
    return {"tag": tag, "image": fields}


RECORDS = {
    "file version": record(file_version="brain.Event:2"),
    "scalars": summaries(
        469, {"tag": "loss/train", "simple_value": 0.1}, {"tag": "accuracy/train", "simple_value": 97.25}),
    "zero at step 0": summaries(0, {"tag": "learning_rate", "simple_value": 0}),
    "a negative step and not-a-number": summaries(-1, {"tag": "x", "simple_value": float("nan")}),
    "text": summaries(0, text("config", "| größe | 64 |\n|---|---|\n" * 6)),
    "histogram": summaries(3, histogram("weights/fc.bias", VALUES, 4)),
    "images": summaries(
        50, image("mistakes/0", 28, 300, 1, b"\x89PNG\r\n"), image("mistakes/1", 1, 2, 4, bytes(130))),
}

print("tensorboard", tensorboard.__version__)
for name, data in RECORDS.items():
    print(f"\n{name}:", *textwrap.wrap(data.hex(), 96), sep="\n")
print("\n30 buckets:", [float(limit) for limit in histogram("", VALUES, 30)["histo"]["bucket_limit"]],
      [int(count) for count in histogram("", VALUES, 30)["histo"]["bucket"]], sep="\n")

"""Checks that TensorBoard reads the run's metrics from the run's event files.

The tensorboard package reads every events.out.tfevents.* of the run, including checksums, and its data provider
returns what the dashboards would show: the numbers of metrics.jsonl and of metrics.csv, each at its step and the
same as float32, the configuration, a histogram of each parameter of the last checkpoint after each epoch, images
that decode as PNG in their stated size. Exit code 1 if anything is missing, differs or is additional.
"""

import argparse
import collections
import csv
import io
import json
import math
import pathlib

import numpy as np
import safetensors
from PIL import Image
from tensorboard import context
from tensorboard.backend.event_processing import data_provider
from tensorboard.backend.event_processing import event_file_loader
from tensorboard.backend.event_processing import plugin_event_accumulator as accumulator
from tensorboard.backend.event_processing import plugin_event_multiplexer as multiplexer
from tensorboard.plugins.histogram import metadata as histograms
from tensorboard.plugins.image import metadata as images
from tensorboard.plugins.scalar import metadata as scalars
from tensorboard.plugins.text import metadata as texts

FRAME = 16  # bytes around each record: its length and two checksums
ALL = 1 << 40
KEYS = {"kind", "split", "epoch", "step", "seconds", "weights_sha256"}  # members of a record that are no metrics
STEP_FIELDS = {"learning_rate", "gradient_norm", "images_per_second"}  # a tag each in the records of steps
METRIC_TAGS = {"step": "{metric}/{split}", "epoch": "epoch/{metric}/{split}", "test": "test/{metric}"}
SPLITS = ("ema_validation", "validation", "train")


def fail(message):
    raise SystemExit(f"verify_events: {message}")


def check_frames(path):
    """Returns the number of records. The loader stops at damage silently, so this counts the bytes it has read."""
    records = list(event_file_loader.RawEventFileLoader(str(path)).Load())
    read, size = sum(len(record) + FRAME for record in records), path.stat().st_size
    if read != size:
        fail(f"{path}: byte {read}, after {len(records)} records: damaged or cut off; the file has {size}")
    if not records or b"brain.Event:2" not in records[0]:
        fail(f"{path}: the first record is not the file version brain.Event:2")
    return len(records)


class Shown:
    """The content of TensorBoard's dashboards for one run's directory."""

    def __init__(self, run):
        events = multiplexer.EventMultiplexer(size_guidance=accumulator.STORE_EVERYTHING_SIZE_GUIDANCE)
        events.AddRun(str(run), "run").Reload()
        self.provider = data_provider.MultiplexerDataProvider(events, str(run))
        self.question = dict(ctx=context.RequestContext(), experiment_id="", downsample=ALL)

    def scalars(self):
        """Returns the steps and values by tag."""
        read = self.provider.read_scalars(plugin_name=scalars.PLUGIN_NAME, **self.question).get("run", {})
        return {tag: [(datum.step, np.float32(datum.value)) for datum in data] for tag, data in read.items()}

    def tensors(self, plugin):
        """Returns the steps and arrays by tag."""
        read = self.provider.read_tensors(plugin_name=plugin.PLUGIN_NAME, **self.question).get("run", {})
        return {tag: [(datum.step, datum.numpy) for datum in data] for tag, data in read.items()}

    def images(self):
        """Returns, by tag, the steps with the stated width and height and the encoded image."""
        read = self.provider.read_blob_sequences(plugin_name=images.PLUGIN_NAME, **self.question).get("run", {})
        return {
            tag: [(datum.step, *(self.blob(reference) for reference in datum.values)) for datum in data]
            for tag, data in read.items()
        }

    def blob(self, reference):
        return self.provider.read_blob(self.question["ctx"], blob_key=reference.blob_key)


def read_records(path):
    records = []
    for number, line in enumerate(path.read_text().splitlines(), start=1):
        try:
            records.append(json.loads(line))
        except ValueError as error:
            fail(f"{path}: line {number}: {error}")
    return records


def expected_scalars(records, path):
    """Returns, by tag, the steps and values in the records of metrics.jsonl; "nan" and "inf" are numbers."""
    expected = collections.defaultdict(list)
    for number, record in enumerate(records, start=1):
        try:
            kind, split = record["kind"], record["split"]
            tags = {
                metric: METRIC_TAGS[kind].format(metric=metric, split=split)
                for metric in record.keys() - KEYS - STEP_FIELDS
            }
            if not {"loss", "accuracy"} <= tags.keys():
                fail(f"{path}: line {number}: expected a loss and an accuracy")
            if kind == "step":
                tags.update((field, field) for field in STEP_FIELDS)
            for field, tag in tags.items():
                expected[tag].append((record["step" if kind == "step" else "epoch"], np.float32(float(record[field]))))
        except (KeyError, TypeError, ValueError) as error:
            fail(f"{path}: line {number}: {error!r}")
    return expected


def same(one, other):
    return one == other or (math.isnan(one) and math.isnan(other))


def compare_scalars(found, expected, source):
    """Fails unless both have the same tags with the same steps and values, in the same order."""
    for tag in sorted(found.keys() | expected.keys()):
        shown, wanted = found.get(tag, []), expected.get(tag, [])
        for (step, value), (wanted_step, wanted_value) in zip(shown, wanted):
            if step != wanted_step or not same(value, wanted_value):
                fail(f"{tag}: {value} at step {step}, {source} has {wanted_value} at step {wanted_step}")
        if len(shown) != len(wanted):
            fail(f"{tag}: {len(shown)} values, {source} has {len(wanted)}")


def compare_table(found, path):
    """Fails unless each metric in metrics.csv equals the metric of the same epoch in the events."""
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    for column in rows[0] if rows else ():
        split = next((split for split in SPLITS if column.startswith(f"{split}_")), None)
        if split is None:
            continue
        tag = f"epoch/{column.removeprefix(split + '_')}/{split}"
        wanted = [(int(row["epoch"]), np.float32(row[column])) for row in rows if row.get(column)]
        if wanted or tag in found:
            compare_scalars({tag: found.get(tag, [])}, {tag: wanted}, path)
    return len(rows)


def check_text(found, config):
    """Fails unless there is one text, at step 0, in which every option of config.json is named."""
    if list(found) != ["config"] or [step for step, _ in found["config"]] != [0]:
        fail(f"expected the text config at step 0, found {[(tag, len(data)) for tag, data in found.items()]}")
    text = found["config"][0][1].item().decode().replace("\\", "")
    for option in json.loads(config.read_text())["options"]:
        if option not in text:
            fail(f"the text config says nothing of {option}, which is in {config}")


def check_histograms(found, epochs, checkpoint):
    """Fails unless each parameter has a histogram of all its values for each epoch."""
    with safetensors.safe_open(checkpoint, framework="numpy") as file:
        sizes = {
            f"weights/{name}": math.prod(file.get_slice(name).get_shape())
            for name in file.keys() if not name.startswith(("optimizer.", "ema."))
        }
    if found.keys() != sizes.keys():
        fail(f"histograms and the parameters of {checkpoint} differ: {sorted(found.keys() ^ sizes.keys())}")
    for tag, data in found.items():
        if [step for step, _ in data] != epochs:
            fail(f"{tag}: histograms for the epochs {[step for step, _ in data]}, expected {epochs}")
        for step, buckets in data:
            left, right, counts = buckets.T
            # The comparison fails for NaN.
            if not (np.all(left <= right) and np.all(left[1:] == right[:-1]) and np.all(counts >= 0)):
                fail(f"{tag}: buckets of epoch {step} are not in order")
            if counts.sum() != sizes[tag]:
                fail(f"{tag}: {counts.sum():g} values in epoch {step}, the parameter has {sizes[tag]}")


def check_images(found):
    """Fails unless each image is a PNG that decodes and has its stated size; returns their number."""
    for tag, data in found.items():
        if tag != "mistakes" and not tag.startswith("mistakes/"):
            fail(f"expected images of mistakes only, found {tag}")
        for step, width, height, encoded in data:
            try:
                image = Image.open(io.BytesIO(encoded), formats=["PNG"])
                image.load()
            except (OSError, SyntaxError) as error:
                fail(f"{tag}: step {step}: does not decode as PNG: {error}")
            if image.size != (int(width), int(height)):
                fail(f"{tag}: step {step}: {image.size} pixels, the event says {(int(width), int(height))}")
    return sum(map(len, found.values()))


def verify(run):
    files = sorted(run.glob("events.out.tfevents.*"))
    if not files:
        fail(f"{run} has no events.out.tfevents.*; train a model first: make train")
    event_count = sum(map(check_frames, files))
    metrics = run / "metrics.jsonl"
    records = read_records(metrics)
    shown = Shown(run)

    numbers = shown.scalars()
    compare_scalars(numbers, expected_scalars(records, metrics), metrics)
    rows = compare_table(numbers, run / "metrics.csv")
    check_text(shown.tensors(texts), run / "config.json")
    epochs = [record["epoch"] for record in records if (record["kind"], record["split"]) == ("epoch", "train")]
    weights = shown.tensors(histograms)
    check_histograms(weights, epochs, run / "checkpoints" / "last.safetensors")
    pictures = check_images(shown.images())
    tests = [record for record in records if record["kind"] == "test"]
    if not pictures and any(float(record["accuracy"]) < 100 for record in tests):
        fail("no images, though the test found mistakes")
    print(
        f"{run}: {event_count} events: {sum(map(len, numbers.values()))} numbers as in {len(records)} lines of "
        f"metrics.jsonl and {rows} of metrics.csv, {sum(map(len, weights.values()))} histograms, {pictures} images"
    )


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument(
        "run", nargs="?", type=pathlib.Path, default=pathlib.Path("runs/latest"),
        help="the run's directory (default: runs/latest)",
    )
    run = arguments.parse_args().run

    try:
        verify(run)
    except OSError as error:
        fail(error)


if __name__ == "__main__":
    main()

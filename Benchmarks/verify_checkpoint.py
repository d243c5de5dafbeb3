"""Checks that PyTorch reads a checkpoint of this package and gets the accuracy that the run reported. The
checkpoint is the best one if the run has a validation set, otherwise the last.

The weights are read by the safetensors package into PyTorch's own layers under the names in the
file, and evaluated on the test images. Exit code 1 if the accuracy is not that of summary.json.
"""

import argparse
import json
import pathlib
import sys

import safetensors.torch
import torch

import bilstm
import mnist

TOLERANCE = 0.02  # points of accuracy; two of the 10,000 images may round to the other side


def test_accuracy(model, data):
    """Returns the model's accuracy on the test set in the directory `data`, in percent."""
    images, labels = map(torch.from_numpy, mnist.load("t10k", data))
    correct = 0
    with torch.inference_mode():
        for batch, expected in zip(images.split(1000), labels.split(1000)):
            correct += (model(batch).argmax(dim=1) == expected).sum().item()
    return 100 * correct / len(labels)


def read_options(path):
    try:
        return json.loads(path.read_text())["options"]
    except FileNotFoundError:
        raise SystemExit(f"{path} does not exist; train a model first: make train")
    except (ValueError, KeyError, TypeError) as error:
        raise SystemExit(f"{path}: no \"options\": {error!r}")


def read_model(path, options):
    try:
        parameters = safetensors.torch.load_file(path)
    except FileNotFoundError:
        raise SystemExit(f"{path} does not exist; train a model first: make train")
    except safetensors.SafetensorError as error:
        raise SystemExit(f"{path}: not a safetensors file: {error}")
    for name, tensor in parameters.items():
        if tensor.dtype != torch.float32:
            raise SystemExit(f"{path}: {name} is {tensor.dtype}, expected torch.float32")
    weights = {name: tensor for name, tensor in parameters.items() if not name.startswith(("optimizer.", "ema."))}
    try:
        return bilstm.from_run(options, weights)
    except KeyError as error:
        raise SystemExit(f"{path}: PyTorch has nothing for {error}; its cells: {', '.join(bilstm.CELLS)}")
    except RuntimeError as error:
        raise SystemExit(f"{path}: {error}")


def reported_accuracy(path):
    try:
        return float(json.loads(path.read_text())["test_accuracy"])
    except FileNotFoundError:
        raise SystemExit(f"{path} does not exist; it is written when a run ends: let one end with make train")
    except (ValueError, KeyError, TypeError) as error:
        raise SystemExit(f"{path}: no number under \"test_accuracy\": {error!r}")


def main():
    arguments = argparse.ArgumentParser(description=__doc__.partition(":")[0])
    arguments.add_argument(
        "run", nargs="?", type=pathlib.Path, default=pathlib.Path("runs/latest"),
        help="the run's directory (default: runs/latest)",
    )
    run = arguments.parse_args().run

    options = read_options(run / "config.json")
    checkpoint = run / "checkpoints" / ("best.safetensors" if options["validation"] else "last.safetensors")
    measured = test_accuracy(read_model(checkpoint, options), pathlib.Path(options["data"]))
    reported = reported_accuracy(run / "summary.json")
    difference = measured - reported
    print(f"{checkpoint}: {measured:.2f} % in PyTorch, {reported:.2f} % reported, difference {difference:+.2f}")
    # The additional 1e-9 allows for the rounding of the subtraction. The comparison fails for NaN.
    if not abs(difference) <= TOLERANCE + 1e-9:
        print(f"verify_checkpoint: more than {TOLERANCE} points apart", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

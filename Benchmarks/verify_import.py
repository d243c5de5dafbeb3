"""Checks that the program imports what PyTorch trained, scores the test images as PyTorch does, and keeps every bit.

A model of the tutorial is trained for a short time, saved by torch.save and as safetensors, and imported from both files.
The scores of all 10,000 test images are compared (to 1e-4, up to a constant of each image, because the program prints
probabilities), and the checkpoint of the imported run is read back into PyTorch, which must give the same bits.
Then the program trains the imported weights further, with the recurrent layers frozen. Exit code 1 for a difference.

usage: .venv/bin/python Benchmarks/verify_import.py PROGRAM      with the path of mnist-bilstm
"""

import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

import numpy
import safetensors.torch
import torch

import bilstm
import mnist

TOLERANCE = 1e-4
MODELS = {
    "lstm": {},
    "gru": {"cell": "gru", "hidden_size": 9, "layers": 1, "readout": "last"},
    "relu": {"cell": "rnn-relu", "hidden_size": 10, "bidirectional": False, "readout": "final"},
}


def train(model, steps):
    images, labels = map(torch.from_numpy, mnist.load("train"))
    optimizer = torch.optim.Adam(model.parameters(), lr=5e-3)
    for step in range(steps):
        batch = slice(step * 128, (step + 1) * 128)
        loss = torch.nn.functional.cross_entropy(model(images[batch]), labels[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return loss.item()


def run(program, *arguments):
    outcome = subprocess.run([program, *map(str, arguments)], capture_output=True, text=True)
    if outcome.returncode != 0:
        raise SystemExit(f"{program} {' '.join(map(str, arguments))}: exit code {outcome.returncode}\n{outcome.stderr}")
    return outcome.stdout


def newest(folder):
    return sorted(path for path in folder.iterdir() if path.is_dir() and not path.is_symlink())[-1]


def check(name, program, folder):
    options = MODELS[name]
    torch.manual_seed(1)
    model = bilstm.Classifier(**options)
    loss = train(model, 100)
    images = torch.from_numpy(mnist.load("t10k")[0])
    with torch.inference_mode():
        expected = torch.cat([model(batch) for batch in images.split(1000)]).log_softmax(dim=1).numpy()
    state = {f"module.{key}": value for key, value in model.state_dict().items()}
    torch.save({"state_dict": state, "epoch": 1}, folder / f"{name}.pt")
    safetensors.torch.save_file(model.state_dict(), folder / f"{name}.safetensors")
    choices = [] if options.get("readout", "all") == "all" else ["--readout", options["readout"]]
    if options.get("cell") == "rnn-relu":
        choices += ["--activation", "relu"]
    differences = []
    for suffix in ["pt", "safetensors"]:
        runs = folder / f"{name}-{suffix}"
        run(program, "import", folder / f"{name}.{suffix}", "--runs", runs, *choices)
        imported = newest(runs)
        weights = safetensors.torch.load_file(imported / "checkpoints" / "last.safetensors")
        if set(weights) != set(model.state_dict()):
            raise SystemExit(f"{imported}: other names: {sorted(weights)}")
        for key, value in model.state_dict().items():
            if not torch.equal(weights[key].view(torch.int32), value.view(torch.int32)):
                raise SystemExit(f"{imported}: {key} differs from the state_dict")
        lines = run(program, "predict", "--run", imported, "--images", mnist.DIRECTORY / "t10k-images-idx3-ubyte.gz",
                    "--json").splitlines()
        found = numpy.log(numpy.array([json.loads(line)["probabilities"] for line in lines], dtype=numpy.float64))
        # Tiny probabilities have few digits in single precision.
        sure = expected > -60
        differences.append(numpy.abs(found - expected)[sure].max())
        if found.shape != expected.shape or not differences[-1] <= TOLERANCE:
            raise SystemExit(f"{imported}: scores differ from PyTorch's by {differences[-1]}")
    run(program, "train", "--init-from", imported, "--freeze", model.family, "--epochs", 1, "--runs", folder / f"{name}-tuned",
        "--quiet")
    tuned = safetensors.torch.load_file(newest(folder / f"{name}-tuned") / "checkpoints" / "last.safetensors")
    for key, value in model.state_dict().items():
        if torch.equal(tuned[key].view(torch.int32), value.view(torch.int32)) != (not key.startswith("fc.")):
            raise SystemExit(f"{name}: after training with --freeze {model.family}, {key} is wrong")
    print(f"{name}: loss {loss:.3f}; scores of {len(lines):,} images differ by at most {max(differences):.1e}; "
          f"{len(weights)} tensors are the same; frozen layers keep every bit")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", nargs="?", default=".build/release/mnist-bilstm", help="path of mnist-bilstm")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for name in MODELS:
            check(name, str(pathlib.Path(arguments.program).resolve()), pathlib.Path(folder))


sys.exit(main())

"""Checks a directory that `export --to hub` has written.

The Python package of the Hugging Face Hub reads README.md without a network: its facts, and the scores, which must be
those of the run's summary.json. The weights have the names and values of the checkpoint's, and the ONNX file is valid.
The Python code in README.md runs: ONNX Runtime and, if it is installed, PyTorch give the same outputs. Exit code 1 if
anything is missing or differs.
"""

import argparse
import json
import os
import pathlib
import re
import sys

os.environ["HF_HUB_OFFLINE"] = "1"

import huggingface_hub
import numpy as np
import onnx
import onnxruntime
import safetensors.numpy

TOLERANCE = 1e-4


def fail(message):
    raise SystemExit(f"verify_hub: {message}")


def check_card(card, run):
    summary = json.loads((run / "summary.json").read_text())
    results = {result.metric_type: result for result in card.data.eval_results or []}
    for name in ("accuracy", "loss"):
        expected = summary[f"test_{name}"] / (100 if name == "accuracy" else 1)
        if name not in results or results[name].metric_value != expected:
            fail(f"README.md: {name}: expected {expected}, found {results.get(name)}")
    for result in results.values():
        if not (result.task_type and result.dataset_type and result.dataset_name):
            fail(f"README.md: {result}: expected a task and a data set")
    return len(results)


def check_weights(directory, run):
    weights = safetensors.numpy.load_file(directory / "model.safetensors")
    name = "best" if json.loads((run / "config.json").read_text())["options"].get("validation") else "last"
    checkpoint = safetensors.numpy.load_file(run / "checkpoints" / f"{name}.safetensors")
    expected = {name for name in checkpoint if not name.startswith(("optimizer.", "ema.", "best."))}
    if set(weights) != expected:
        fail(f"model.safetensors: expected {sorted(expected)}, found {sorted(weights)}")
    for name in expected:
        if weights[name].tobytes() != checkpoint[name].tobytes():
            fail(f"model.safetensors: {name} differs from the checkpoint's")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("directory", type=pathlib.Path)
    parser.add_argument("run", type=pathlib.Path)
    arguments = parser.parse_args()
    directory, run = arguments.directory.resolve(), arguments.run.resolve()
    card = huggingface_hub.ModelCard.load(directory / "README.md")
    count = check_card(card, run)
    check_weights(directory, run)
    onnx.checker.check_model(onnx.load(directory / "model.onnx"), full_check=True)
    configuration = json.loads((directory / "config.json").read_text())
    classes = configuration["id2label"]
    if any(configuration["label2id"][label] != int(index) for index, label in classes.items()):
        fail("config.json: id2label and label2id differ")

    os.chdir(directory)
    blocks = re.findall(r"```python\n(.*?)```", card.content, re.DOTALL)
    runs_torch = "torch" in sys.modules or __import__("importlib.util").util.find_spec("torch") is not None
    names = {}
    for block in blocks if runs_torch else blocks[:1]:
        exec(compile(block, "README.md", "exec"), names)
    compared = ""
    if runs_torch and len(blocks) > 1:
        torch, network = names["torch"], names["network"]
        session = onnxruntime.InferenceSession("model.onnx")
        batch = np.random.default_rng(1).random((7, *session.get_inputs()[0].shape[1:]), np.float32)
        with torch.no_grad():
            scores = network(torch.from_numpy(batch)).numpy()
        difference = np.abs(scores - session.run(None, {"input": batch})[0]).max()
        if not difference <= TOLERANCE:
            fail(f"PyTorch's outputs differ by {difference}")
        compared = f", PyTorch's outputs within {difference:.1e} of ONNX Runtime's"
    print(f"{directory.name}: huggingface_hub {huggingface_hub.__version__} reads {count} scores{compared}")


if __name__ == "__main__":
    main()

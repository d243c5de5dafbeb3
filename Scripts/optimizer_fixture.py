#!/usr/bin/env python3
"""Writes the results of PyTorch's optimizers, gradient clipping, learning-rate schedules and smoothed labels, in
double precision: optimizers_ref64.safetensors in Tests/TestSupport/Fixtures, and its entry in index.json.

usage: .venv/bin/python Scripts/optimizer_fixture.py        (Scripts/python-environment.sh --with-torch makes .venv)

Two parameters `start.a` and `start.b` get twelve gradients each, `gradients.a` and `gradients.b`, of every
magnitude; NAME.a and NAME.b are the parameters after each step, NAME.norms the values of clip_grad_norm_.
"""

import json
import math
import os

import numpy as np
import torch
from safetensors.numpy import save_file
from torch.optim import lr_scheduler

PATH = "Tests/TestSupport/Fixtures/optimizers_ref64.safetensors"
STEPS = 12
EPOCHS, STEPS_PER_EPOCH = 6, 7

# The runs of OptimizerFixtureTests.swift: name, optimizer, its arguments, clipping.
RUNS = [
    ("sgd", torch.optim.SGD, dict(lr=0.03), None),
    ("sgd_momentum", torch.optim.SGD, dict(lr=0.02, momentum=0.8), None),
    ("sgd_nesterov", torch.optim.SGD, dict(lr=0.02, momentum=0.7, nesterov=True, weight_decay=0.05), None),
    ("adam", torch.optim.Adam, dict(lr=0.01), None),
    ("adam_decay", torch.optim.Adam, dict(lr=0.01, betas=(0.8, 0.95), eps=1e-6, weight_decay=0.3), None),
    ("adamw", torch.optim.AdamW, dict(lr=0.02), None),
    ("adamw_decay", torch.optim.AdamW, dict(lr=0.02, betas=(0.85, 0.9), weight_decay=0.4), None),
    ("rmsprop", torch.optim.RMSprop, dict(), None),
    ("rmsprop_momentum", torch.optim.RMSprop,
     dict(lr=0.004, alpha=0.9, eps=1e-5, momentum=0.6, weight_decay=0.02), None),
    ("sgd_norm", torch.optim.SGD, dict(lr=0.03, momentum=0.5), ("norm", 2.5)),
    ("adam_value", torch.optim.Adam, dict(lr=0.01), ("value", 0.04)),
    ("adamw_one_cycle", torch.optim.AdamW, dict(lr=0.05), ("cycle", STEPS)),
]


def numbers(generator, *shape):
    """Returns numbers of all magnitudes from 1e-3 to 10, one in ten zero; all are exact in single precision."""
    values = generator.standard_normal(shape) * 10.0 ** generator.uniform(-3, 0.5, shape)
    values[generator.random(shape) < 0.1] = 0
    return values.astype(np.float32)


def one_cycle(optimizer, steps, **options):
    rate = optimizer.param_groups[0]["lr"]
    return lr_scheduler.OneCycleLR(optimizer, rate, total_steps=steps, cycle_momentum=False, **options)


def train(tensors, kind, arguments, clipping):
    parameters = {n: torch.tensor(tensors["start." + n], dtype=torch.float64) for n in "ab"}
    for parameter in parameters.values():
        parameter.requires_grad_()
    optimizer = kind(list(parameters.values()), **arguments)
    schedule = None
    if clipping and clipping[0] == "cycle":
        schedule = one_cycle(optimizer, STEPS)
    norms, results = [], {n: [] for n in "ab"}
    for step in range(STEPS):
        for n, parameter in parameters.items():
            parameter.grad = torch.tensor(tensors["gradients." + n][step], dtype=torch.float64)
        if clipping and clipping[0] == "norm":
            norms.append(torch.nn.utils.clip_grad_norm_(parameters.values(), clipping[1]).item())
        if clipping and clipping[0] == "value":
            torch.nn.utils.clip_grad_value_(parameters.values(), clipping[1])
        optimizer.step()
        if schedule and step + 1 < STEPS:
            schedule.step()
        for n, parameter in parameters.items():
            results[n].append(parameter.detach().numpy().copy())
    return {n: np.stack(values) for n, values in results.items()}, np.array(norms)


def rates(make, every=1, base=0.02):
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=base)
    schedule = make(optimizer)
    found = []
    total = EPOCHS * STEPS_PER_EPOCH
    for step in range(1, total + 1):
        found.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        if step % every == 0 and step < total:
            schedule.step()
    return np.array(found)


def warm_cosine(optimizer, warm_up, minimum):
    total = EPOCHS * STEPS_PER_EPOCH
    cosine = lr_scheduler.CosineAnnealingLR(optimizer, total - warm_up, eta_min=minimum)
    if warm_up == 0:
        return cosine
    linear = lr_scheduler.LinearLR(optimizer, 1 / (warm_up + 1), total_iters=warm_up)
    return lr_scheduler.SequentialLR(optimizer, [linear, cosine], milestones=[warm_up])


def plateau(losses, base=0.02, **options):
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=base)
    schedule = lr_scheduler.ReduceLROnPlateau(optimizer, **options)
    found = []
    for loss in losses:
        schedule.step(loss)
        found.append(optimizer.param_groups[0]["lr"])
    return np.array(found)


def note_in_index(tensors):
    path = os.path.join(os.path.dirname(PATH), "index.json")
    with open(path) as file:
        index = json.load(file)
    name = os.path.basename(PATH)
    entry = {
        "file": name, "kind": "optimizers", "written_by": "Scripts/optimizer_fixture.py",
        "torch": torch.__version__, "tensors": {n: list(t.shape) for n, t in sorted(tensors.items())},
    }
    index["fixtures"] = [f for f in index["fixtures"] if f["file"] != name] + [entry]
    with open(path, "w") as file:
        json.dump(index, file, indent=1)


def main():
    generator = np.random.default_rng(3)
    tensors = {
        "start.a": numbers(generator, 37), "start.b": numbers(generator, 20),
        "gradients.a": numbers(generator, STEPS, 37), "gradients.b": numbers(generator, STEPS, 20),
    }
    for name, kind, arguments, clipping in RUNS:
        results, norms = train(tensors, kind, arguments, clipping)
        for n, values in results.items():
            tensors[f"{name}.{n}"] = values
        if len(norms):
            tensors[name + ".norms"] = norms

    total = EPOCHS * STEPS_PER_EPOCH
    tensors["rates.step"] = rates(lambda o: lr_scheduler.StepLR(o, 2, gamma=0.3), every=STEPS_PER_EPOCH)
    tensors["rates.cosine"] = rates(lambda o: warm_cosine(o, 0, 0))
    # One and a half epochs: 10.5 steps, rounded away from zero.
    tensors["rates.warm_cosine"] = rates(lambda o: warm_cosine(o, 11, 0.001))
    tensors["rates.one_cycle"] = rates(lambda o: one_cycle(o, total))
    tensors["rates.one_cycle_options"] = rates(
        lambda o: one_cycle(o, total, pct_start=0.45, div_factor=10, final_div_factor=50))

    # The loss falls, is flat, rises slightly, falls again, then is flat for a long time.
    losses = [2.0, 1.5, 1.2, 1.2, 1.19999, 1.3, 1.1999, 1.21, 1.0, 1.0, 0.9999, 0.99985, 0.9998, 1.1]
    losses += [0.99] + [0.9899 + 0.001 * math.sin(i) for i in range(30)]
    tensors["plateau.losses"] = np.array(losses)
    tensors["rates.plateau"] = plateau(losses)
    tensors["rates.plateau_options"] = plateau(losses, factor=0.05, patience=2, threshold=5e-3)

    scores = numbers(generator, 37, 5) * np.float32(2)
    labels = generator.integers(0, 5, 37)
    tensors["smoothing.scores"] = scores
    tensors["smoothing.labels"] = labels.astype(np.uint8)
    for share in (0.1, 0.35, 1.0):
        x = torch.tensor(scores, dtype=torch.float64, requires_grad=True)
        loss = torch.nn.functional.cross_entropy(x, torch.tensor(labels), label_smoothing=share)
        loss.backward()
        tensors[f"smoothing.{share}.loss"] = np.array([loss.item()])
        tensors[f"smoothing.{share}.gradient"] = x.grad.numpy()

    save_file({n: np.ascontiguousarray(t) for n, t in tensors.items()}, PATH)
    note_in_index(tensors)
    print(f"{PATH}: {len(tensors)} tensors, {os.path.getsize(PATH)} bytes, PyTorch {torch.__version__}")


if __name__ == "__main__":
    main()

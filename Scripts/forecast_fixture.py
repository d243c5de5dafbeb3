#!/usr/bin/env python3
"""Trains the tutorials' three forecasters in PyTorch from this package's initial weights and in its order of
batches, and writes the results: Tests/ForecastingTests/Fixtures/forecasters.json.

usage: Scripts/python-environment.sh --with-torch && .venv/bin/python -m pip install scikit-learn &&
       .venv/bin/python Scripts/forecast_fixture.py

The models, the prices and the figures of training are those of Benchmarks/forecasters.py. The scaler is fitted to
the rows of the training windows and their targets ("train"), or to all rows ("all"). Each model is trained in
float32 and, from the same numbers, in float64 ("reference"). The loss of an epoch is the mean over its samples of
each batch's loss before its step. Numbers of float32 have nine digits, which distinguish all of them.
"""

import copy
import json
import os
import pathlib
import sys

import numpy
import sklearn.preprocessing
import torch

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "Benchmarks"))
import forecasters  # noqa: E402

PATH = ROOT / "Tests" / "ForecastingTests" / "Fixtures" / "forecasters.json"
SEED = 0
LOSS_EPOCHS = [0, 100, 200, 300]
ORDER_EPOCHS = [0, 300]
# The number of rows to which a scaler is fitted.
FITTED_ROWS = {"train": forecasters.TRAIN_WINDOWS + forecasters.LENGTH, "all": forecasters.ROWS}

MASK = (1 << 64) - 1
GOLDEN = 0x9E3779B97F4A7C15
INITIALIZATION, SHUFFLING = 1, 2  # RandomPurpose


class SplitMix64:
    """The generator of Sources/Randomness/SplitMix64.swift."""

    def __init__(self, seed, *streams):
        self.state = seed
        for stream in streams:
            self.state = self.next() ^ (stream * GOLDEN & MASK)

    def next(self):
        self.state = (self.state + GOLDEN) & MASK
        z = self.state
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9 & MASK
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB & MASK
        return z ^ (z >> 31)

    def next_symmetric(self, bound):
        unit = numpy.float32(self.next() >> 40) * numpy.float32(2**-24)
        return (numpy.float32(2) * unit - numpy.float32(1)) * bound

    def next_index(self, below):
        return self.next() * below >> 64


def order(epoch, count=forecasters.TRAIN_WINDOWS):
    """Returns the order of DataLoader."""
    generator = SplitMix64(SEED, SHUFFLING, epoch)
    indices = list(range(count))
    for i in range(count - 1, 0, -1):
        j = generator.next_index(i + 1)
        indices[i], indices[j] = indices[j], indices[i]
    return indices


def initialize(model):
    """Returns SequenceModel.initialParameters(seed:), in the order of PyTorch's parameters, which is the layout's."""
    generator = SplitMix64(SEED, INITIALIZATION)
    for name, parameter in model.named_parameters():
        inputs = model.fc.in_features if name.startswith("fc.") else forecasters.HIDDEN_SIZE
        bound = numpy.float32(1) / numpy.sqrt(numpy.float32(inputs))
        values = [generator.next_symmetric(bound) for _ in range(parameter.numel())]
        parameter.data.copy_(torch.tensor(numpy.array(values)).reshape(parameter.shape))


def train(model, inputs, targets):
    """Returns the losses of all epochs, and then the forecasts of all windows."""
    optimizer = torch.optim.Adam(model.parameters(), lr=forecasters.LEARNING_RATE)
    mean_squared_error = torch.nn.MSELoss()
    losses = []
    for epoch in range(forecasters.EPOCHS):
        total = 0.0
        for batch in torch.tensor(order(epoch)).split(forecasters.BATCH_SIZE):
            optimizer.zero_grad()
            loss = mean_squared_error(model(inputs[batch]), targets[batch])
            loss.backward()
            optimizer.step()
            total += loss.item() * len(batch)
        losses.append(total / forecasters.TRAIN_WINDOWS)
    with torch.no_grad():
        return losses, model(inputs).squeeze(1).double().numpy()


def nine_digits(values):
    return [float(f"{float(value):.9g}") for value in values]


def run(name, scaling, inputs, targets):
    model = forecasters.Forecaster(name)
    initialize(model)
    initial = {n: nine_digits([p.detach().flatten()[0]])[0] for n, p in model.named_parameters()}
    reference = copy.deepcopy(model).double()
    losses, forecasts = train(model, inputs, targets)
    reference_losses, reference_forecasts = train(reference, inputs.double(), targets.double())
    difference = abs(forecasts - reference_forecasts)[forecasters.TRAIN_WINDOWS :].max()
    chosen = [losses[epoch] for epoch in LOSS_EPOCHS]
    chosen_reference = [reference_losses[epoch] for epoch in LOSS_EPOCHS]
    worst = max(abs(a / b - 1) for a, b in zip(chosen, chosen_reference))
    print(f"{name:4} {scaling:5}  " + "  ".join(f"{loss:.8f}" for loss in chosen)
          + f"  float32 differs from float64: losses by {worst:.1e}, forecasts {difference:.1e}")
    return {
        "model": name,
        "scaling": scaling,
        "initial": initial,
        "losses": chosen,
        "referenceLosses": chosen_reference,
        "forecasts": nine_digits(forecasts[forecasters.TRAIN_WINDOWS :]),
    }


def main():
    torch.set_num_threads(1)
    prices = forecasters.prices()
    scalings, runs = {}, []
    for scaling, row_count in FITTED_ROWS.items():
        scaler = sklearn.preprocessing.MinMaxScaler().fit(prices[:row_count])
        scaled = scaler.transform(prices)
        assert numpy.array_equal(scaled, forecasters.scaled(prices, prices[:row_count]))
        inputs, targets = forecasters.windows(scaled)
        assert inputs.shape == (426, 5, 4) and targets.shape == (426, 1)
        scalings[scaling] = {
            "fittedRows": row_count,
            "dataMinimum": scaler.data_min_.tolist(),
            "dataMaximum": scaler.data_max_.tolist(),
            "firstWindow": nine_digits(inputs[0].flatten()),
            "lastWindow": nine_digits(inputs[-1].flatten()),
            "firstTarget": nine_digits(targets[0])[0],
            "lastTarget": nine_digits(targets[-1])[0],
        }
        runs += [run(name, scaling, inputs, targets) for name in forecasters.MODELS]

    content = {
        "writtenBy": "Scripts/forecast_fixture.py",
        "torch": torch.__version__,
        "scikitLearn": sklearn.__version__,
        "lossEpochs": LOSS_EPOCHS,
        "firstBatches": {str(epoch): order(epoch)[: forecasters.BATCH_SIZE] for epoch in ORDER_EPOCHS},
        "scalings": scalings,
        "runs": runs,
    }
    PATH.parent.mkdir(parents=True, exist_ok=True)
    PATH.write_text(json.dumps(content, separators=(",", ":")).replace('"runs":', '\n"runs":').replace(
        '{"model"', '\n{"model"') + "\n")
    print(f"{PATH.relative_to(ROOT)}: {os.path.getsize(PATH)} bytes, PyTorch {torch.__version__}")


if __name__ == "__main__":
    main()

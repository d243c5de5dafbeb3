"""The tutorials' forecasters in PyTorch, under the parameter names of this package's checkpoints, and the prices
that they learn from."""

import csv
import gzip
import pathlib

import numpy
import torch

import bilstm

PRICES = pathlib.Path(__file__).resolve().parent.parent / "datasets" / "sp500" / "sp500.csv.gz"
FEATURES = ["Open", "High", "Low", "Volume"]
TARGET = "Close"
ROWS = 431  # the last ones
LENGTH = 5
TRAIN_WINDOWS = 200
HIDDEN_SIZE = 8
LEARNING_RATE = 1e-3
BATCH_SIZE = 20
EPOCHS = 301

# Maps a model's name to this package's name of its cell, and to the module after the linear layer.
MODELS = {
    "rnn": ("rnn-tanh", torch.nn.Sigmoid),
    "lstm": ("lstm", torch.nn.Identity),
    "gru": ("gru", torch.nn.Identity),
}


class Forecaster(torch.nn.Module):
    """(N, 5, 4) → two recurrent layers → the outputs of all steps, concatenated → Linear → (N, 1)."""

    def __init__(self, model):
        super().__init__()
        cell, activation = MODELS[model]
        self.family = bilstm.CELLS[cell][0]
        layers = bilstm.recurrent_layers(
            cell, HIDDEN_SIZE, layers=2, bidirectional=False, input_size=len(FEATURES)
        )
        setattr(self, self.family, layers)
        self.fc = torch.nn.Linear(LENGTH * HIDDEN_SIZE, 1)
        self.activation = activation()

    def forward(self, windows):
        outputs, _ = getattr(self, self.family)(windows)
        return self.activation(self.fc(outputs.flatten(start_dim=1)))


def prices():
    """Returns the prices (431, 5) as float64: the features, then the target."""
    with gzip.open(PRICES, "rt") as file:
        rows = [[row[name] for name in FEATURES + [TARGET]] for row in csv.DictReader(file)]
    return numpy.array(rows[-ROWS:], dtype=numpy.float64)


def scaled(values, fitted):
    """Each column such that the least and the greatest of `fitted` become 0 and 1, as scikit-learn's MinMaxScaler
    computes it."""
    least, greatest = fitted.min(axis=0), fitted.max(axis=0)
    scale = 1 / (greatest - least)
    return values * scale + (0 - least * scale)


def windows(values):
    """Returns windows (426, 5, 4) of scaled rows and their targets (426, 1), from the next row, as float32."""
    values = torch.from_numpy(values.astype(numpy.float32))
    starts = range(len(values) - LENGTH)
    inputs = torch.stack([values[start : start + LENGTH, :-1] for start in starts])
    return inputs, values[LENGTH:, -1:].clone()


def training_windows():
    """Returns the training windows (200, 5, 4) and targets (200, 1), scaled by the rows they contain."""
    values = prices()[: TRAIN_WINDOWS + LENGTH]
    return windows(scaled(values, values))

#!/usr/bin/env python3
"""Writes what NumPy and PyTorch compute and print for the tutorials: Tests/TestSupport/Fixtures/tutorials.json.

usage: .venv/bin/python Scripts/tutorial_fixture.py        (Scripts/python-environment.sh --with-torch makes .venv)

numpy_rnn    the states of the ten steps with np.random.seed(0), (10, 8)
keras_rnn    a SimpleRNN with constant weights, by the equations of Keras in double precision
keras_lstm   a bidirectional LSTM with constant weights, likewise
printed      tensors (shape, and the bits of each number or `pattern`) and the text that PyTorch prints
"""

import json
import struct

import numpy as np
import torch

PATH = "Tests/TestSupport/Fixtures/tutorials.json"


def numpy_rnn():
    np.random.seed(0)
    timesteps, input_size, hidden_units = 10, 4, 8
    inputs = np.random.random((timesteps, input_size))
    hidden_state = np.zeros((hidden_units,))
    Wx = np.random.random((hidden_units, input_size))
    Wh = np.random.random((hidden_units, hidden_units))
    b = np.random.random((hidden_units,))
    states = []
    for x in inputs:
        hidden_state = np.tanh(np.dot(Wx, x) + np.dot(Wh, hidden_state) + b)
        states.append(hidden_state)
    return np.stack(states).tolist()


TRAIN_X = np.array([[0.1, 4.2, 1.5, 1.1, 2.8], [1.0, 3.1, 2.5, 0.7, 1.1], [0.3, 2.1, 1.5, 2.1, 0.1],
                    [2.2, 1.4, 0.5, 0.9, 1.1]])


def keras_rnn():
    """Keras' SimpleRNN: all weights 0.1, the bias 0."""
    h, states = np.zeros(3), []
    for x in TRAIN_X:
        h = np.full(3, np.tanh(0.1 * x.sum() + 0.1 * h.sum()))
        states.append(h)
    return np.stack(states).tolist()


def lstm(steps, units):
    """Keras' LSTM: all weights 0.1, biases 0, forget gate biases 1. Returns h of each step and the last c."""
    h, c, states = np.zeros(units), np.zeros(units), []
    for x in steps:
        z = 0.1 * x.sum() + 0.1 * h.sum()
        i, f, g, o = 1 / (1 + np.exp(-z)), 1 / (1 + np.exp(-z - 1)), np.tanh(z), 1 / (1 + np.exp(-z))
        c = f * c + i * g
        h = o * np.tanh(c)
        states.append(h)
    return np.stack(states), c


def keras_lstm():
    forward, forward_cell = lstm(TRAIN_X, 3)
    backward, backward_cell = lstm(TRAIN_X[::-1], 3)
    return {
        "sequences": np.concatenate([forward, backward[::-1]], axis=1).tolist(),
        "last": np.concatenate([forward[-1], backward[-1]]).tolist(),
        "cells": [forward_cell.tolist(), backward_cell.tolist()],
    }


def printed():
    random = np.random.default_rng(5)
    nan, inf = float("nan"), float("inf")
    arrays = [
        random.standard_normal((2, 3)), random.standard_normal((2, 3, 4)), random.random((10, 8)), random.random(8),
        random.standard_normal((2, 2, 2, 3)), random.random((3, 1)), random.random((1, 40)),
        # Whole numbers, zeros, one number, none.
        np.arange(6.0).reshape(2, 3), np.array([-1.0, 0.0, 12345.0]), np.zeros((2, 3)), np.zeros(50), np.array(3.5),
        np.array(7.0), np.array(-0.0), np.array(nan), np.array(1e-9), np.zeros(0), np.zeros((2, 0)),
        np.zeros((0, 3, 4)), np.array([-0.0, 1.0]), np.array([-0.0, 0.5]),
        # NaN and infinity.
        np.array([[nan, 1.5], [inf, -inf]]), np.array([nan, inf]), np.array([1.0, -inf, nan]),
        np.array([1e-5, nan, inf, 2.0]),
        # Magnitudes far apart, near the limits of each notation.
        np.array([[1.03125, 2000.5], [0.0, -3e-5]]), np.array([1.0, 1000.0]), np.array([1.0, 1001.0]),
        np.array([0.5, 500.0]), np.array([0.5, 500.5]), np.array([1e-4, 0.05]), np.array([9.9e-5, 0.05]),
        np.array([1e8, 2e8]), np.array([1e8, 1e8 - 8]), np.array([3e38, 1e-38]), np.array([1e-45, 1.0]),
        np.array([99999.5, 100.0]), np.array([9.99995, 9.99994999]), np.array([0.00005, 0.0001]),
        np.array([0.03125, 0.15625, 0.00390625]), np.array([1.00005, 2000.0, 1.00015]),
        np.array([1.03125, 1.09375, 10000.5]), np.array([3.0, 4096.0, 70000.0]),
    ]
    # Tensors of 1,000 numbers are shown whole, tensors of 1,001 are not.
    shapes = [(10, 100), (1000,), (1001,), (7, 143), (6, 167), (100, 11), (4, 300), (8, 9, 10, 11), (2, 1000, 1),
              (1, 1, 1001), (3, 4, 5, 2, 3, 6), (501, 2)]
    arrays += [pattern(shape) for shape in shapes]
    found = []
    for array in arrays:
        tensor = torch.tensor(np.asarray(array, dtype=np.float32))
        entry = {"shape": list(tensor.shape), "text": str(tensor)}
        if tensor.numel() < 100:
            # The bits, because JSON has neither NaN nor infinity.
            entry["bits"] = [struct.unpack("I", struct.pack("f", number))[0] for number in tensor.flatten().tolist()]
        found.append(entry)
    return found


def pattern(shape):
    """As in TensorTextTests.swift. The greatest number is not among those that a long tensor shows."""
    index = np.arange(np.prod(shape))
    numbers = (index * 7919 % 2003 - 1000) / 64
    numbers[np.prod(shape) // 2] = 1e6
    return numbers.reshape(shape)


def main():
    fixture = {
        "written_by": "Scripts/tutorial_fixture.py", "numpy": np.__version__, "torch": torch.__version__,
        "numpy_rnn": numpy_rnn(), "keras_rnn": keras_rnn(),
        "keras_lstm": keras_lstm(), "printed": printed(),
    }
    with open(PATH, "w") as file:
        json.dump(fixture, file, indent=None, separators=(",", ":"))
        file.write("\n")
    print(PATH, "NumPy", np.__version__, "PyTorch", torch.__version__)


if __name__ == "__main__":
    main()

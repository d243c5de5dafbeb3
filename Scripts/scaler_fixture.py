#!/usr/bin/env python3
"""Prints the results of scikit-learn's MinMaxScaler and StandardScaler, the numbers in Tests/DatasetsTests/ScalerTests.

usage: python3 -m venv .venv && .venv/bin/pip install scikit-learn && .venv/bin/python Scripts/scaler_fixture.py
"""

import csv
import gzip

import numpy as np
import sklearn
from sklearn.preprocessing import MinMaxScaler, StandardScaler

# As in ScalerTests.swift: prices, volumes, a constant column that does not sum exactly, changes, a column that
# differs from a constant one in its last bits only.
COLUMNS = np.array([
    [2477.25, 2498.5, 2441.125, 2510.0, 2395.75, 2401.0625, 2488.5],
    [4096610000, 3702620000, 0, 877000000, 775000000, 1073600000, 947800000],
    [0.1] * 7,
    [-0.0314, 0.0021, 0.0, 0.0496, -0.0101, -0.000012, 0.0086],
    [1, 1 + 2**-52, 1, 1, 1 + 2**-51, 1, 1],
]).T
NEW = np.array([[2600.5, 5e9, 0.35, -0.2, 1.5]])


def show(name, values):
    rows = np.atleast_2d(values)
    print(f"{name}:")
    for row in rows:
        print("    [" + ", ".join(repr(float(value)) for value in row) + "],")


print("scikit-learn", sklearn.__version__)
for name, scaler in [
    ("minMax", MinMaxScaler()), ("minMaxSymmetric", MinMaxScaler(feature_range=(-1, 1))),
    ("standard", StandardScaler()),
]:
    show(name, scaler.fit_transform(COLUMNS).T)
    show(name + "New", scaler.transform(NEW))
    show(name + "Inverse", scaler.inverse_transform(np.array([[0.25, -0.5, 0.75, 1.5, 2.0]])))
    if name == "standard":
        show("mean", scaler.mean_)
        show("scale", scaler.scale_)

with gzip.open("datasets/sp500/sp500.csv.gz", "rt") as file:
    rows = [[row[name] for name in ("Open", "High", "Low", "Volume", "Close")] for row in csv.DictReader(file)]
prices = np.array(rows, dtype=np.float64)
scaler = StandardScaler().fit(prices)
show("sp500 mean", scaler.mean_)
show("sp500 scale", scaler.scale_)
show("sp500 min-max, last row", MinMaxScaler().fit_transform(prices)[-1])

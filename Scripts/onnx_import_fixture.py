#!/usr/bin/env python3
"""Writes Tests/InterchangeTests/Fixtures/pytorch-*.onnx: small models exported by PyTorch, and their inputs and outputs,
pytorch-*.safetensors, which PyTorch computed. Run by hand, with torch, onnx, onnxscript, numpy and safetensors:

    Scripts/onnx_import_fixture.py [old|new]

`old` is the exporter by tracing (dynamo=False), `new` the one by torch.export (dynamo=True).
"""

import pathlib
import sys
import warnings

import numpy as np
import safetensors.numpy
import torch
from torch import nn

FIXTURES = pathlib.Path(__file__).resolve().parent.parent / "Tests" / "InterchangeTests" / "Fixtures"
FEATURES, HIDDEN, STEPS, BATCH = 3, 4, 6, 2


class Model(nn.Module):
    """Recurrent layers, a readout and a linear layer."""

    def __init__(self, layer, readout, outputs, directions):
        super().__init__()
        self.layer, self.readout, self.directions = layer, readout, directions
        width = HIDDEN * directions * (STEPS if readout == "all" else 1)
        self.fc = nn.Linear(width, outputs)

    def forward(self, x):
        out, state = self.layer(x)
        hidden = state[0] if isinstance(state, tuple) else state
        if self.readout == "all":
            features = out.flatten(1)
        elif self.readout == "last":
            features = out[:, -1, :]
        elif self.readout == "halves":
            features = torch.cat((out[:, -1, :HIDDEN], out[:, 0, HIDDEN:]), dim=1)
        elif self.readout == "mean":
            features = out.mean(dim=1)
        elif self.readout == "each":
            features = out
        elif self.directions == 2:
            features = torch.cat((hidden[-2], hidden[-1]), dim=1)
        else:
            features = hidden[-1]
        return self.fc(features)


class Stranger(Model):
    """A function between the layers that a model of this package does not have."""

    def forward(self, x):
        out, _ = self.layer(x)
        return self.fc(torch.tanh(out[:, -1, :]))


def make(kind, readout, outputs, layers=1, directions=1, bias=True, cls=Model, **options):
    torch.manual_seed(len(readout) + 10 * layers + outputs)
    layer = getattr(nn, kind)(
        FEATURES, HIDDEN, layers, batch_first=True, bidirectional=directions == 2, bias=bias, **options
    )
    model = cls(layer, readout, outputs, directions).eval()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.mul_(2)
    return model


# name: (model, opset, whether batch and time are dynamic)
OLD = {
    "lstm-all": (lambda: make("LSTM", "all", 5, layers=2, directions=2), 17, "batch"),
    "lstm-final": (lambda: make("LSTM", "final", 3, layers=2, directions=2), 13, "both"),
    "lstm-plain": (lambda: make("LSTM", "final", 2, bias=False), 11, "none"),
    "gru-last": (lambda: make("GRU", "last", 5, layers=2, directions=2), 14, "both"),
    "gru-each": (lambda: make("GRU", "each", 4, directions=2), 16, "both"),
    "rnn-relu": (lambda: make("RNN", "last", 1, layers=3, nonlinearity="relu"), 12, "batch"),
    "rnn-mean": (lambda: make("RNN", "mean", 3, directions=2), 18, "both"),
    "gru-halves": (lambda: make("GRU", "halves", 2, directions=2), 15, "batch"),
    "stranger": (lambda: make("LSTM", "last", 3, cls=Stranger), 16, "batch"),
}
NEW = {
    "new-lstm-all": (lambda: make("LSTM", "all", 5, layers=2, directions=2), 18, "batch"),
    "new-gru-final": (lambda: make("GRU", "final", 3, directions=2), 20, "both"),
    "new-rnn-last": (lambda: make("RNN", "last", 2, layers=2), 18, "batch"),
}


def strip(path):
    """Removes the source lines and shapes of nodes, which are most of the file and are not read."""
    import onnx

    exported = onnx.load(path)
    for node in exported.graph.node:
        del node.metadata_props[:]
        node.doc_string = ""
    for part in (exported.graph.value_info, exported.graph.metadata_props, exported.metadata_props):
        del part[:]
    for tensor in [*exported.graph.initializer, *exported.graph.input, *exported.graph.output]:
        del tensor.metadata_props[:]
    onnx.save(exported, path)


def write(name, model, opset, dynamic, new):
    x = torch.linspace(-2, 2, BATCH * STEPS * FEATURES).sin().reshape(BATCH, STEPS, FEATURES)
    path = FIXTURES / f"pytorch-{name}.onnx"
    options = {"opset_version": opset, "input_names": ["x"], "output_names": ["y"]}
    if new:
        options["dynamo"] = True
        options["external_data"] = False
        if dynamic != "none":
            shape = {0: torch.export.Dim("n")}
            if dynamic == "both":
                shape[1] = torch.export.Dim("t")
            options["dynamic_shapes"] = ({**shape},)
    else:
        if "dynamo" in torch.onnx.export.__code__.co_varnames:
            options["dynamo"] = False
        if dynamic != "none":
            axes = {0: "n", **({1: "t"} if dynamic == "both" else {})}
            options["dynamic_axes"] = {"x": axes, "y": {0: "n"}}
    torch.onnx.export(model, (x,), str(path), **options)
    if new:
        strip(path)
    with torch.no_grad():
        y = model(x)
    safetensors.numpy.save_file(
        {"x": np.ascontiguousarray(x.numpy()), "y": np.ascontiguousarray(y.numpy())}, path.with_suffix(".safetensors"),
        {"torch": torch.__version__, "exporter": "new" if new else "old", "opset": str(opset)})
    path.with_suffix(".safetensors").chmod(0o644)
    print(path.name, path.stat().st_size, "bytes")


def main():
    warnings.filterwarnings("ignore")
    FIXTURES.mkdir(parents=True, exist_ok=True)
    chosen = sys.argv[1:] or ["old", "new"]
    for which, cases in (("old", OLD), ("new", NEW)):
        if which not in chosen:
            continue
        for name, (model, opset, dynamic) in cases.items():
            write(name, model(), opset, dynamic, which == "new")


if __name__ == "__main__":
    main()

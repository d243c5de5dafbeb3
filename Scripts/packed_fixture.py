#!/usr/bin/env python3
"""Writes what PyTorch computes for sequences of different lengths: Tests/TestSupport/Fixtures/sequences/packed.safetensors.

usage: .venv/bin/python Scripts/packed_fixture.py        (Scripts/python-environment.sh --with-torch makes .venv)

Each case has a model (torch.nn.RNN, LSTM or GRU on packed sequences, and a linear layer on a readout) in double
precision, the values of all sequences one after the other, and the outputs, the loss and the gradient of each
parameter. Tensors are named `<case>.<tensor>`; the metadata has the sizes and options of the cases as JSON.
"""

import json

import torch
from safetensors.torch import save_file
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

PATH = "Tests/TestSupport/Fixtures/sequences/packed.safetensors"
LENGTHS = [5, 1, 9, 3, 9, 2, 7]

CASES = [
    dict(cell="lstm", hidden=7, layers=2, bidirectional=True, readout="final", classes=4),
    dict(cell="gru", hidden=5, layers=1, bidirectional=False, readout="last", classes=3, class_weights=[0.5, 2.0, 1.25]),
    dict(cell="rnn-tanh", hidden=6, layers=2, bidirectional=True, readout="mean", values=2,
         weights=[1.0, 0.5, 2.0, 0.0, 1.0, 3.0, 0.25]),
    dict(cell="lstm", hidden=6, layers=2, bidirectional=True, readout="each", classes=5),
    dict(cell="gru", hidden=7, layers=2, bidirectional=True, readout="each", classes=3, label_smoothing=0.1,
         class_weights=[0.5, 2.0, 1.25]),
    dict(cell="rnn-relu", hidden=5, layers=1, bidirectional=False, readout="each", values=2),
    dict(cell="lstm", hidden=5, layers=1, bidirectional=False, readout="each", classes=4,
         weights=[1.0, 0.5, 2.0, 0.0, 1.0, 3.0, 0.25], class_weights=[1.5, 0.0, 0.5, 1.0]),
]


def layer(case, inputs):
    options = dict(num_layers=case["layers"], bidirectional=case["bidirectional"], batch_first=True)
    if case["cell"].startswith("rnn"):
        return torch.nn.RNN(inputs, case["hidden"], nonlinearity=case["cell"][4:], **options)
    return getattr(torch.nn, case["cell"].upper())(inputs, case["hidden"], **options)


def features(case, output, state):
    """The rows that the linear layer reads: one for each sequence, or one for each step."""
    rows = [output[n, :length] for n, length in enumerate(LENGTHS)]
    if case["readout"] == "each":
        return torch.cat(rows)
    if case["readout"] == "last":
        return torch.stack([row[-1] for row in rows])
    if case["readout"] == "mean":
        return torch.stack([row.mean(0) for row in rows])
    hidden = state[0] if isinstance(state, tuple) else state
    return torch.cat(list(hidden[-(2 if case["bidirectional"] else 1):]), dim=1)


def loss(case, outputs, targets, weights):
    """The weighted mean over targets. torch's own mean is used where it has one."""
    if "values" in case:
        return (((outputs - targets) ** 2).mean(1) * weights).sum() / weights.sum()
    classes = torch.tensor(case["class_weights"]) if "class_weights" in case else None
    smoothing = case.get("label_smoothing", 0.0)
    if "weights" not in case:
        return torch.nn.functional.cross_entropy(outputs, targets, classes, label_smoothing=smoothing)
    each = torch.nn.functional.cross_entropy(outputs, targets, classes, label_smoothing=smoothing, reduction="none")
    own = classes[targets] if classes is not None else torch.ones_like(weights)
    return (each * weights).sum() / (own * weights).sum()


def tensors(index, case):
    torch.manual_seed(100 + index)
    inputs = 3
    recurrent = layer(case, inputs)
    count = case.get("classes", case.get("values"))
    linear = torch.nn.Linear(case["hidden"] * (2 if case["bidirectional"] else 1), count)
    values = torch.randn(sum(LENGTHS), inputs)
    padded = torch.nn.utils.rnn.pad_sequence(values.split(LENGTHS), batch_first=True)
    packed = pack_padded_sequence(padded, LENGTHS, batch_first=True, enforce_sorted=False)
    output, state = recurrent(packed)
    outputs = linear(features(case, pad_packed_sequence(output, batch_first=True)[0], state))
    targets = torch.randint(count, (len(outputs),)) if "classes" in case else torch.randn(outputs.shape)
    weights = torch.tensor(case.get("weights", [1.0] * len(LENGTHS)))
    if case["readout"] == "each":
        weights = weights.repeat_interleave(torch.tensor(LENGTHS))
    value = loss(case, outputs, targets, weights)
    value.backward()
    result = {"input": values, "targets": targets.double(), "outputs": outputs, "loss": value.reshape(1)}
    family = case["cell"].split("-")[0]
    for prefix, module in [(family + ".", recurrent), ("fc.", linear)]:
        for name, parameter in module.named_parameters():
            result[prefix + name] = parameter
            result["gradient." + prefix + name] = parameter.grad
    return {f"{index}.{name}": tensor.detach().clone().contiguous() for name, tensor in result.items()}


if __name__ == "__main__":
    torch.set_default_dtype(torch.float64)
    torch.use_deterministic_algorithms(True)
    everything = {}
    for index, case in enumerate(CASES):
        everything.update(tensors(index, case))
    metadata = {"cases": json.dumps(CASES), "lengths": json.dumps(LENGTHS), "torch": torch.__version__.split("+")[0]}
    save_file(everything, PATH, metadata)

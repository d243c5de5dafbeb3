#!/usr/bin/env python3
"""Writes what PyTorch computes for an encoder and a decoder: Tests/TestSupport/Fixtures/sequences/encoder_decoder.safetensors.

usage: .venv/bin/python Scripts/encoder_decoder_fixture.py        (Scripts/python-environment.sh --with-torch makes .venv)

Each case has a model in double precision (an embedding for symbols, torch.nn.RNN, LSTM or GRU on packed sequences as
encoder and as decoder, and a linear layer), the inputs and targets of all pairs one after the other, and the outputs at
each target step, the loss and the gradient of each parameter. The decoder reads the targets of the step before.
Tensors are named `<case>.<tensor>`; the metadata has the sizes and options of the cases as JSON.
"""

import json

import torch
from safetensors.torch import save_file
from torch.nn.utils.rnn import pack_sequence, pad_packed_sequence

PATH = "Tests/TestSupport/Fixtures/sequences/encoder_decoder.safetensors"
INPUT_LENGTHS = [5, 1, 9, 3, 9, 2, 7]
TARGET_LENGTHS = [2, 6, 1, 4, 3, 8, 5]
WEIGHTS = [1.0, 0.5, 2.0, 0.0, 1.0, 3.0, 0.25]

CASES = [
    dict(cell="lstm", hidden=6, layers=2, embedding=4, input_symbols=7, target_symbols=5, weights=WEIGHTS,
         label_smoothing=0.1, class_weights=[0.5, 2.0, 1.25, 1.0, 0.75, 1.5]),
    dict(cell="gru", hidden=5, layers=1, embedding=3, input_values=3, target_symbols=4),
    dict(cell="rnn-tanh", hidden=7, layers=2, embedding=4, input_symbols=5, target_values=2, weights=WEIGHTS),
    dict(cell="lstm", hidden=5, layers=1, embedding=4, input_values=2, target_values=3),
]


class Reader(torch.nn.Module):
    """The recurrent layers of an encoder or a decoder, with an embedding below them if they read symbols."""

    def __init__(self, case, symbols, values):
        super().__init__()
        if symbols:
            self.embedding = torch.nn.Embedding(symbols, case["embedding"])
        options = dict(num_layers=case["layers"])
        inputs = case["embedding"] if symbols else values
        family = case["cell"].split("-")[0]
        layer = getattr(torch.nn, family.upper())
        setattr(self, family, layer(inputs, case["hidden"], **options))
        self.layer = lambda *arguments: getattr(self, family)(*arguments)

    def forward(self, sequences, state=None):
        if hasattr(self, "embedding"):
            sequences = [self.embedding(sequence) for sequence in sequences]
        output, state = self.layer(pack_sequence(sequences, enforce_sorted=False), state)
        return pad_packed_sequence(output, batch_first=True)[0], state


class EncoderDecoder(torch.nn.Module):
    def __init__(self, case):
        super().__init__()
        symbols = case.get("target_symbols", -1) + 1
        self.encoder = Reader(case, case.get("input_symbols", 0), case.get("input_values", 0))
        self.decoder = Reader(case, symbols, case.get("target_values", 0))
        self.decoder.linear = torch.nn.Linear(case["hidden"], symbols or case["target_values"])

    def forward(self, inputs, read):
        output, _ = self.decoder(read, self.encoder(inputs)[1])
        rows = [output[index, :len(steps)] for index, steps in enumerate(read)]
        return self.decoder.linear(torch.cat(rows))


def numbers(case, side, length):
    if f"{side}_symbols" in case:
        return torch.randint(case[f"{side}_symbols"], (length,))
    return torch.randn(length, case[f"{side}_values"])


def shifted(case, target):
    """The steps that the decoder reads, and those that it is to write."""
    if "target_symbols" in case:
        end = torch.tensor([case["target_symbols"]])
        return torch.cat([end, target]), torch.cat([target, end])
    return torch.cat([torch.zeros(1, target.shape[1]), target[:-1]]), target


def loss(case, outputs, written):
    """The mean over all steps; each has the weight of its pair."""
    weights = torch.tensor(case.get("weights", [1.0] * len(written)))
    weights = weights.repeat_interleave(torch.tensor([len(steps) for steps in written]))
    targets = torch.cat(written)
    if "target_values" in case:
        return (((outputs - targets) ** 2).mean(1) * weights).sum() / weights.sum()
    classes = torch.tensor(case.get("class_weights", [1.0] * outputs.shape[1]))
    each = torch.nn.functional.cross_entropy(
        outputs, targets, classes, label_smoothing=case.get("label_smoothing", 0.0), reduction="none")
    return (each * weights).sum() / (classes[targets] * weights).sum()


def tensors(index, case):
    torch.manual_seed(200 + index)
    model = EncoderDecoder(case)
    inputs = [numbers(case, "input", length) for length in INPUT_LENGTHS]
    targets = [numbers(case, "target", length) for length in TARGET_LENGTHS]
    read, written = zip(*(shifted(case, target) for target in targets))
    outputs = model(inputs, read)
    value = loss(case, outputs, written)
    value.backward()
    result = {"input": torch.cat(inputs).double(), "targets": torch.cat(targets).double(), "outputs": outputs,
              "loss": value.reshape(1)}
    for name, parameter in model.named_parameters():
        result[name] = parameter
        result["gradient." + name] = parameter.grad
    return {f"{index}.{name}": tensor.detach().clone().contiguous() for name, tensor in result.items()}


if __name__ == "__main__":
    torch.set_default_dtype(torch.float64)
    torch.use_deterministic_algorithms(True)
    everything = {}
    for index, case in enumerate(CASES):
        everything.update(tensors(index, case))
    metadata = {"cases": json.dumps(CASES), "input_lengths": json.dumps(INPUT_LENGTHS),
                "target_lengths": json.dumps(TARGET_LENGTHS), "torch": torch.__version__.split("+")[0]}
    save_file(everything, PATH, metadata)

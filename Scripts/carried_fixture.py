#!/usr/bin/env python3
"""Writes what PyTorch computes with states carried from window to window (truncated backpropagation through time):
Tests/TestSupport/Fixtures/sequences/carried.safetensors.

usage: .venv/bin/python Scripts/carried_fixture.py        (Scripts/python-environment.sh --with-torch makes .venv)

Each case has a model of symbols in double precision (torch.nn.RNN, LSTM or GRU on one-hot vectors, and a linear layer at
each step), a text for each of five streams, and three training steps by plain gradient descent, one for each window. The
states of a window are the detached final states of the window before. For each window there are the outputs, the loss,
and the gradient of each parameter; after the last one also the final states and parameters. Tensors are named
`<case>.<tensor>` or `<case>.<window>.<tensor>`; the metadata has the cases as JSON.
"""

import json

import torch
from safetensors.torch import save_file

PATH = "Tests/TestSupport/Fixtures/sequences/carried.safetensors"
SYMBOLS, STREAMS, WINDOWS, RATE = 7, 5, [6, 6, 2], 0.5

CASES = [
    dict(cell="lstm", hidden=6, layers=2),
    dict(cell="gru", hidden=5, layers=1),
    dict(cell="rnn-tanh", hidden=7, layers=2),
]


def layer(case):
    options = dict(num_layers=case["layers"], batch_first=True)
    if case["cell"].startswith("rnn"):
        return torch.nn.RNN(SYMBOLS, case["hidden"], nonlinearity=case["cell"][4:], **options)
    return getattr(torch.nn, case["cell"].upper())(SYMBOLS, case["hidden"], **options)


def detached(state):
    return tuple(part.detach() for part in state) if isinstance(state, tuple) else state.detach()


def tensors(index, case):
    torch.manual_seed(200 + index)
    recurrent = layer(case)
    linear = torch.nn.Linear(case["hidden"], SYMBOLS)
    family = case["cell"].split("-")[0]
    parameters = {
        prefix + name: parameter
        for prefix, module in [(family + ".", recurrent), ("fc.", linear)]
        for name, parameter in module.named_parameters()
    }
    optimizer = torch.optim.SGD(parameters.values(), lr=RATE)
    text = torch.randint(SYMBOLS, (STREAMS, sum(WINDOWS) + 1))
    result = {"text": text.double()}
    result |= {"before." + name: parameter.detach().clone() for name, parameter in parameters.items()}
    state, start = None, 0
    for window, steps in enumerate(WINDOWS):
        inputs = torch.nn.functional.one_hot(text[:, start : start + steps], SYMBOLS).double()
        targets = text[:, start + 1 : start + steps + 1]
        output, state = recurrent(inputs, state)
        outputs = linear(output)
        loss = torch.nn.functional.cross_entropy(outputs.flatten(0, 1), targets.flatten())
        optimizer.zero_grad()
        loss.backward()
        result[f"{window}.outputs"], result[f"{window}.loss"] = outputs, loss.reshape(1)
        result |= {f"{window}.gradient.{name}": p.grad.clone() for name, p in parameters.items()}
        optimizer.step()
        state, start = detached(state), start + steps
    result |= {"after." + name: parameter for name, parameter in parameters.items()}
    for name, part in zip(["hidden", "cell"], state if isinstance(state, tuple) else [state]):
        result["final." + name] = part
    return {f"{index}.{name}": tensor.detach().clone().contiguous() for name, tensor in result.items()}


if __name__ == "__main__":
    torch.set_default_dtype(torch.float64)
    torch.use_deterministic_algorithms(True)
    everything = {}
    for index, case in enumerate(CASES):
        everything.update(tensors(index, case))
    sizes = dict(symbols=SYMBOLS, streams=STREAMS, windows=WINDOWS, rate=RATE)
    metadata = {"cases": json.dumps(CASES), "sizes": json.dumps(sizes), "torch": torch.__version__.split("+")[0]}
    save_file(everything, PATH, metadata)

#!/usr/bin/env python3
"""Writes what PyTorch computes in double precision for embeddings, softmax and losses of scores:
Tests/TestSupport/Fixtures/embedding_losses.json.

usage: .venv/bin/python Scripts/embedding_loss_fixture.py        (Scripts/python-environment.sh --with-torch makes .venv)

embedding       nn.Embedding: indices of a shape, weight, output, and the gradient of Σ factor · output
one_hot         nn.functional.one_hot
softmax         torch.softmax over the last dimension
cross_entropy   nn.CrossEntropyLoss with class weights and label smoothing; the value and the gradient of the scores
bce             nn.BCEWithLogitsLoss, with and without pos_weight

All inputs are exact in single precision. Padding past the end of a sequence is masked by `lengths`: in cross_entropy by
ignore_index, in bce by selecting the rows that count.
"""

import json

import numpy as np
import torch

PATH = "Tests/TestSupport/Fixtures/embedding_losses.json"
RANDOM = np.random.default_rng(16)


def numbers(*shape, scale=2.0):
    return torch.tensor(RANDOM.normal(0, scale, shape).astype(np.float32).astype(np.float64))


def flat(tensor):
    return tensor.detach().flatten().tolist()


def embedding(count, dimension, padding, shape, indices):
    layer = torch.nn.Embedding(count, dimension, padding_idx=padding, dtype=torch.float64)
    weight = numbers(count, dimension)
    with torch.no_grad():
        layer.weight.copy_(weight)
    output = layer(torch.tensor(indices).reshape(shape))
    factor = numbers(*output.shape)
    (output * factor).sum().backward()
    return {
        "count": count, "dimension": dimension, "padding": padding, "shape": list(shape), "indices": indices,
        "weight": flat(weight), "output": flat(output), "output_shape": list(output.shape), "factor": flat(factor),
        "gradient": flat(layer.weight.grad),
    }


def embeddings():
    return [
        embedding(7, 5, None, (3, 4), [6, 1, 0, 1, 3, 1, 5, 5, 0, 2, 6, 6]),
        embedding(7, 5, 2, (3, 4), [6, 1, 2, 2, 3, 1, 5, 2, 0, 2, 6, 6]),
        embedding(3, 1, 0, (5,), [0, 2, 1, 2, 2]),
        embedding(4, 3, 3, (2, 3, 2), [0, 3, 1, 1, 2, 3, 3, 0, 2, 2, 0, 1]),
        embedding(2, 4, None, (), [1]),
    ]


def one_hot():
    indices = [2, 0, 4, 2, 1, 3]
    result = torch.nn.functional.one_hot(torch.tensor(indices).reshape(3, 2), 5)
    return {"shape": [3, 2], "indices": indices, "classes": 5, "output": flat(result.double())}


def softmax():
    scores = numbers(2, 3, 4, scale=8.0)
    scores[0, 1] = torch.tensor([1000.0, 999.0, -1000.0, 0.0])
    scores[1, 2] = torch.tensor([-3e38, -3e38, 3e38, 2e38]).float().double()
    return {"shape": [2, 3, 4], "scores": flat(scores), "output": flat(torch.softmax(scores, -1))}


def cross_entropy(shape, weights, smoothing, lengths=None):
    scores = numbers(*shape).requires_grad_()
    rows = int(np.prod(shape[:-1]))
    labels = torch.tensor(RANDOM.integers(0, shape[-1], rows))
    read = labels.clone()
    if lengths is not None:
        for sequence, length in enumerate(lengths):
            read[sequence * shape[1] + length:(sequence + 1) * shape[1]] = -100
    loss = torch.nn.CrossEntropyLoss(
        weight=None if weights is None else torch.tensor(weights, dtype=torch.float64), label_smoothing=smoothing,
        ignore_index=-100)(scores.reshape(rows, shape[-1]), read)
    loss.backward()
    return {
        "shape": list(shape), "weights": weights, "smoothing": smoothing, "lengths": lengths, "scores": flat(scores),
        "labels": labels.tolist(), "value": loss.item(), "gradient": flat(scores.grad),
    }


def cross_entropies():
    weights = [0.25, 3.0, 1.5]
    return [
        cross_entropy((5, 3), weights, 0.0), cross_entropy((5, 3), weights, 0.1), cross_entropy((5, 3), weights, 1.0),
        cross_entropy((5, 3), [0.0, 2.0, 1.0], 0.3), cross_entropy((4, 2, 3), weights, 0.2),
        cross_entropy((3, 4, 3), weights, 0.15, [4, 1, 2]), cross_entropy((3, 4, 5), None, 0.15, [2, 4, 3]),
    ]


def bce(shape, weights, lengths=None):
    scores = numbers(*shape, scale=6.0).requires_grad_()
    # True, false, and probabilities.
    targets = torch.tensor(RANDOM.choice([0.0, 1.0, 0.0, 1.0, 0.25, 0.875], shape))
    counts = torch.ones(shape, dtype=torch.bool)
    for sequence, length in enumerate(lengths or []):
        counts[sequence, length:] = False
    rows = counts.reshape(-1, shape[-1])[:, 0]
    selected = scores.reshape(-1, shape[-1])[rows]
    wanted = targets.reshape(-1, shape[-1])[rows]
    loss = torch.nn.BCEWithLogitsLoss(
        pos_weight=None if weights is None else torch.tensor(weights, dtype=torch.float64))(selected, wanted)
    loss.backward()
    return {
        "shape": list(shape), "weights": weights, "lengths": lengths, "scores": flat(scores),
        "targets": flat(targets), "value": loss.item(), "gradient": flat(scores.grad),
    }


def bces():
    weights = [0.5, 4.0, 1.0, 2.25]
    return [
        bce((5, 4), None), bce((5, 4), weights), bce((3, 2, 4), weights), bce((3, 5, 4), weights, [5, 2, 3]),
        bce((3, 5, 2), None, [1, 5, 4]),
    ]


def main():
    fixture = {
        "written_by": "Scripts/embedding_loss_fixture.py", "torch": torch.__version__, "embedding": embeddings(),
        "one_hot": one_hot(), "softmax": softmax(), "cross_entropy": cross_entropies(), "bce": bces(),
    }
    with open(PATH, "w") as file:
        json.dump(fixture, file, indent=None, separators=(",", ":"))
        file.write("\n")
    print(PATH, "PyTorch", torch.__version__)


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Writes files of torch.save, and the numbers in them: Tests/PyTorchFilesTests/Fixtures.

usage: python3 Scripts/pytorch_files_fixture.py VERSION    with that PyTorch installed, for example 1.13, 2.2 or 2.15

Every version writes the same tensors: state_VERSION.pt. The newest also writes the other kinds of files, and values.json
with the numbers of each tensor, computed by formula without PyTorch.
"""

import collections
import json
import os
import sys

import torch

FOLDER = "Tests/PyTorchFilesTests/Fixtures"


def value(place, name):
    """A number that float16, bfloat16, float32 and float64 have exactly, different for each place and name."""
    return ((place * 37 + sum(name.encode()) * 11) % 255 - 127) / 64


def tensor(name, *shape):
    count = 1
    for size in shape:
        count *= size
    return torch.tensor([value(place, name) for place in range(count)], dtype=torch.float32).reshape(shape)


def state(dtype=torch.float32):
    """The parameters of a bidirectional GRU of 3 inputs and 2 hidden units, and a linear layer of 5 outputs."""
    names = collections.OrderedDict()
    for suffix in ["_l0", "_l0_reverse"]:
        names["gru.weight_ih" + suffix] = (6, 3)
        names["gru.weight_hh" + suffix] = (6, 2)
        names["gru.bias_ih" + suffix] = (6,)
        names["gru.bias_hh" + suffix] = (6,)
    names["fc.weight"] = (5, 4)
    names["fc.bias"] = (5,)
    return collections.OrderedDict((name, tensor(name, *shape).to(dtype)) for name, shape in names.items())


class Net(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.gru = torch.nn.GRU(3, 2, bidirectional=True, batch_first=True)
        self.fc = torch.nn.Linear(4, 5)

    def forward(self, x):
        return self.fc(self.gru(x)[0][:, -1])


def save(name, content, **options):
    torch.save(content, os.path.join(FOLDER, name), **options)


def main():
    version = sys.argv[1]
    if not torch.__version__.startswith(version + "."):
        sys.exit(f"expected PyTorch {version}, found {torch.__version__}")
    os.makedirs(FOLDER, exist_ok=True)
    net = Net()
    net.load_state_dict(state())
    # The state_dict of a module has attributes: BUILD.
    save(f"state_{version}.pt", net.state_dict())
    if version != "2.15":
        return
    for name, dtype in [("float16", torch.float16), ("bfloat16", torch.bfloat16), ("float64", torch.float64)]:
        save(f"state_{name}.pt", state(dtype))
    # An optimizer's state_dict after a step, as Adam makes it.
    optimizer = {"state": {0: {"step": torch.tensor(1.0), "exp_avg": tensor("exp_avg", 6, 3)}},
                 "param_groups": [{"lr": 0.001, "betas": (0.9, 0.999), "foreach": None, "params": [0]}]}
    save("checkpoint.pt", {"epoch": 3, "loss": 0.5, "note": "한글", "state_dict": net.state_dict(),
                           "optimizer": optimizer, "done": False, "best": None, "seeds": [1, 2 ** 70]})
    save("lightning.ckpt", {"epoch": 1, "global_step": 7, "pytorch-lightning_version": "2.5.0",
                            "state_dict": {"model." + key: item for key, item in state().items()}, "loops": {},
                            "hyper_parameters": {"lr": 0.001}})
    save("parameters.pt", collections.OrderedDict(net.named_parameters()))
    save("protocol4.pt", state(), pickle_protocol=4)
    views = collections.OrderedDict()
    base = tensor("base", 4, 3)
    views["base"] = base
    views["transposed"] = base.t()
    views["column"] = base[:, 1]
    views["block"] = base[1:3, 1:]
    views["permuted"] = tensor("cube", 2, 3, 4).permute(2, 0, 1)
    views["scalar"] = torch.tensor(1.5)
    views["empty"] = torch.zeros(0, 3)
    views["tied"] = base
    views["step"] = torch.tensor(12)
    views["flags"] = torch.tensor([True, False, True])
    save("views.pt", views)
    values = {
        "base": base, "transposed": base.t().contiguous(), "column": base[:, 1], "block": base[1:3, 1:],
        "permuted": views["permuted"].contiguous(), "scalar": views["scalar"], "empty": views["empty"], "tied": base,
    }
    # Refused by name.
    save("whole_module.pt", net)
    save("legacy.pt", state(), _use_new_zipfile_serialization=False)
    save("expanded.pt", {"weight": torch.ones(1).expand(1000)})
    save("complex.pt", {"weight": torch.zeros(2, dtype=torch.complex64)})
    save("list.pt", [torch.zeros(2)])
    torch.jit.script(Net()).save(os.path.join(FOLDER, "script.pt"))
    numbers = {key: {"shape": list(item.shape), "values": item.flatten().tolist()} for key, item in values.items()}
    expected = {key: {"shape": list(item.shape), "values": item.flatten().tolist()} for key, item in state().items()}
    steps = tensor("input", 2, 4, 3)
    scores = net(steps)
    model = {"input": steps.flatten().tolist(), "scores": scores.flatten().tolist()}
    with open(os.path.join(FOLDER, "values.json"), "w") as file:
        json.dump({"state": expected, "views": numbers, "model": model}, file)
        file.write("\n")


main()

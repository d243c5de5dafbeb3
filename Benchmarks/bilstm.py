"""The model of the main job in PyTorch with any of its cells, under the parameter names of this package's
checkpoints."""

import torch

# This package's name of a cell → the module's attribute, its class and what the class needs to know.
CELLS = {
    "lstm": ("lstm", torch.nn.LSTM, {}),
    "gru": ("gru", torch.nn.GRU, {}),
    "rnn-tanh": ("rnn", torch.nn.RNN, {"nonlinearity": "tanh"}),
    "rnn-relu": ("rnn", torch.nn.RNN, {"nonlinearity": "relu"}),
}


def recurrent_layers(cell="lstm", hidden_size=12, layers=2, bidirectional=True, input_size=28):
    """(N, L, input_size) → (N, L, directions · hidden_size) and the final states."""
    _, module, options = CELLS[cell]
    return module(
        input_size, hidden_size, num_layers=layers, bidirectional=bidirectional, batch_first=True, **options
    )


class Classifier(torch.nn.Module):
    """(N, 28, 28) → recurrent layers → the outputs of all time steps, flattened → Linear → (N, classes)."""

    def __init__(
        self, cell="lstm", hidden_size=12, layers=2, bidirectional=True, input_size=28, steps=28, classes=10
    ):
        super().__init__()
        self.family = CELLS[cell][0]
        setattr(self, self.family, recurrent_layers(cell, hidden_size, layers, bidirectional, input_size))
        directions = 2 if bidirectional else 1
        self.fc = torch.nn.Linear(steps * directions * hidden_size, classes)

    def forward(self, images):
        outputs, _ = getattr(self, self.family)(images)
        return self.fc(outputs.flatten(start_dim=1))


def from_parameters(parameters):
    """The LSTM of the sizes that a dictionary of named tensors has, with these tensors as its weights.

    KeyError or RuntimeError where a name is missing, unknown or of the wrong shape.
    """
    gates, input_size = parameters["lstm.weight_ih_l0"].shape
    hidden_size = gates // 4
    bidirectional = "lstm.weight_ih_l0_reverse" in parameters
    layers = 0
    while f"lstm.weight_ih_l{layers}" in parameters:
        layers += 1
    classes, features = parameters["fc.weight"].shape
    steps = features // (hidden_size * (2 if bidirectional else 1))
    model = Classifier("lstm", hidden_size, layers, bidirectional, input_size, steps, classes)
    model.load_state_dict(parameters, strict=True)
    return model

"""The model of the main job in PyTorch with any of its cells, under the parameter names of this package's
checkpoints."""

import torch

# Maps this package's name of a cell to the module's attribute, its class and the class's arguments.
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


# The features that the linear layer reads from the outputs (N, L, directions · H) and the final hidden states.
READOUTS = {
    "all": lambda outputs, hidden: outputs.flatten(start_dim=1),
    "last": lambda outputs, hidden: outputs[:, -1],
    "final": lambda outputs, hidden: hidden,
    "mean": lambda outputs, hidden: outputs.mean(dim=1),
}


class Classifier(torch.nn.Module):
    """(N, 28, 28) → recurrent layers → readout → Linear → (N, classes)."""

    def __init__(
        self, cell="lstm", hidden_size=12, layers=2, bidirectional=True, input_size=28, steps=28, classes=10,
        readout="all",
    ):
        super().__init__()
        self.family = CELLS[cell][0]
        self.readout = readout
        setattr(self, self.family, recurrent_layers(cell, hidden_size, layers, bidirectional, input_size))
        self.directions = 2 if bidirectional else 1
        steps_read = steps if readout == "all" else 1
        self.fc = torch.nn.Linear(steps_read * self.directions * hidden_size, classes)

    def forward(self, images):
        outputs, state = getattr(self, self.family)(images)
        hidden = state[0] if self.family == "lstm" else state
        hidden = torch.cat(list(hidden[-self.directions :]), dim=1)
        return self.fc(READOUTS[self.readout](outputs, hidden))


def from_run(options, parameters):
    """Returns the model that a run's options describe, with a dictionary of named tensors as its weights.

    KeyError where PyTorch has no such cell or an option is missing, RuntimeError where a name is missing, unknown
    or of the wrong shape.
    """
    model = Classifier(
        options["cell"], options["hidden_size"], options["layers"], options["bidirectional"],
        readout=options["readout"],
    )
    model.load_state_dict(parameters, strict=True)
    return model

extension RecurrentLayer.Result: CustomStringConvertible {
    /// The shapes and the numbers of the output and the states, as PyTorch prints tensors.
    public var description: String {
        NamedTensors(joining: [NamedTensors(["output": output]), state.named]).description
    }
}

extension RecurrentLayer.InputGradients: CustomStringConvertible {
    /// The shapes and the numbers of the gradients, as PyTorch prints tensors.
    public var description: String {
        NamedTensors(joining: [NamedTensors(["input": input]), initialState.named]).description
    }
}

import Platform

/// The sizes and parameters of y = W x + b under PyTorch's names (`torch.nn.Linear`): `weight` (outputs, inputs) and
/// `bias` (outputs), both drawn from U(-1/√inputs, 1/√inputs).
struct LinearShape: Hashable, Sendable {
    let inputSize: Int
    let outputSize: Int

    init(inputSize: Int, outputSize: Int) {
        precondition(inputSize > 0, "inputSize must be positive, not \(inputSize)")
        precondition(outputSize > 0, "outputSize must be positive, not \(outputSize)")
        self.inputSize = inputSize
        self.outputSize = outputSize
    }

    /// The bound of the uniform distribution of the initial parameters.
    var initialBound: Float { 1 / Float(inputSize).squareRoot() }

    /// The index of each parameter's first number in the flat buffer.
    struct Offsets: Hashable, Sendable {
        let weight: Int
        let bias: Int
    }

    /// Adds the parameters to a layout under `prefix`.
    func append(to layout: inout ParameterLayout, prefix: String) -> Offsets {
        Offsets(
            weight: layout.append(prefix + "weight", shape: [outputSize, inputSize]),
            bias: layout.append(prefix + "bias", shape: [outputSize]))
    }
}

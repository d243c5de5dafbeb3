/// y = W x + b, with PyTorch's names (`torch.nn.Linear`): `weight` (outputs, inputs) and `bias` (outputs),
/// both from U(-1/√inputs, 1/√inputs).
struct LinearShape: Hashable, Sendable {
    let inputSize: Int
    let outputSize: Int

    init(inputSize: Int, outputSize: Int) {
        precondition(inputSize > 0, "inputSize must be positive, not \(inputSize)")
        precondition(outputSize > 0, "outputSize must be positive, not \(outputSize)")
        self.inputSize = inputSize
        self.outputSize = outputSize
    }

    var initialBound: Float { 1 / Float(inputSize).squareRoot() }

    struct Offsets: Hashable, Sendable {
        let weight: Int
        let bias: Int
    }

    func append(to layout: inout ParameterLayout, prefix: String) -> Offsets {
        Offsets(
            weight: layout.append(prefix + "weight", shape: [outputSize, inputSize]),
            bias: layout.append(prefix + "bias", shape: [outputSize]))
    }
}

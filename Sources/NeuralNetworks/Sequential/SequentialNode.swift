import ElementaryFunctions
import Platform

/// A layer of a model, with its parameters.
protocol SequentialNode {
    /// The shape of the output, without N.
    var outputShape: [Int] { get }
    var module: (any Module)? { get }
    /// Runs the layer.
    ///
    /// - Parameters:
    ///   - input: (N, …).
    ///   - lengths: The length of each sequence of (N, L, …); nil if all are L, or if the input has no steps.
    ///   - step: The number of the training step; nil in inference.
    func forward(_ input: Tensor, lengths: [Int]?, step: Int?) -> SequentialPass
    /// Returns a copy with constant parameters. Several threads may run it at the same time in inference.
    func snapshot() -> any SequentialNode
}

/// A forward pass of one layer.
struct SequentialPass {
    let output: Tensor
    var state: AnyState?
    /// Computes the gradient of the input from the gradient of the output.
    let backward: (Tensor) -> Tensor
}

extension SequentialLayer {
    func node(input: [Int], bias: BiasStyle, seed: UInt64, threads: Int) -> any SequentialNode {
        switch self {
        case .recurrent(let options):
            RecurrentNode(options, merge: nil, input: input, bias: bias, seed: seed, threads: threads)
        case .bidirectional(let options, let merge):
            RecurrentNode(options, merge: merge, input: input, bias: bias, seed: seed, threads: threads)
        case .embedding(let count, let dimension, let paddingIndex):
            EmbeddingNode(
                Embedding(count: count, dimension: dimension, paddingIndex: paddingIndex, seed: seed),
                input: input)
        case .dense(let units, let activation):
            DenseNode(units, activation, input: input, seed: seed, threads: threads)
        case .dropout(let probability):
            DropoutNode(dropout: Dropout(probability, seed: seed), outputShape: input)
        case .flatten: ReshapeNode(outputShape: [input.reduce(1, *)])
        case .repeatVector(let count): RepeatNode(count, input: input)
        }
    }
}

private struct RecurrentNode: SequentialNode {
    private(set) var layer: RecurrentLayer<AnyKind>
    let options: RecurrentOptions
    let merge: MergeMode
    let outputShape: [Int]

    var module: (any Module)? { layer }

    init(
        _ options: RecurrentOptions, merge: MergeMode?, input: [Int], bias: BiasStyle, seed: UInt64,
        threads: Int
    ) {
        precondition(
            input.count == 2,
            "\(options.title) reads (N, steps, features), not \(Sequential.text(input)); "
                + "a recurrent layer before it needs returnSequences: true")
        self.options = options
        self.merge = merge ?? .concat
        let stack = RecurrentStack(
            options.cell, inputSize: input[1], hiddenSize: options.units, bias: bias,
            bidirectional: merge != nil)
        layer = RecurrentLayer(stack, batchFirst: true, seed: seed, threads: threads)
        let width = merge == .concat ? 2 * options.units : options.units
        outputShape = options.returnSequences ? [input[0], width] : [width]
    }

    func snapshot() -> any SequentialNode {
        var copy = self
        copy.layer = layer.snapshot().layer
        return copy
    }

    func forward(_ input: Tensor, lengths: [Int]?, step: Int?) -> SequentialPass {
        let read = options.goBackwards ? input.reversingSteps(lengths: lengths) : input
        let pass = step.map { layer.forward(read, lengths: lengths, step: $0) }
        let result = pass?.result ?? layer(read, lengths: lengths)
        let whole = options.returnSequences ? result.output : result.features(.final)
        return SequentialPass(
            output: merged(whole), state: options.returnState ? result.state : nil,
            backward: { gradient in
                guard let pass else { preconditionFailure("backward needs a forward pass for training") }
                let gradient = unmerged(gradient, whole)
                let found =
                    options.returnSequences
                    ? pass.backward(gradient) : pass.backward(gradient, from: .final)
                return options.goBackwards ? found.input.reversingSteps(lengths: lengths) : found.input
            })
    }

    private func merged(_ whole: Tensor) -> Tensor {
        guard layer.stack.bidirectional, merge != .concat else { return whole }
        let units = options.units
        let elements = whole.elements
        var result = Tensor(shape: whole.shape.dropLast() + [units])
        for index in result.elements.indices {
            let place = index / units * 2 * units + index % units
            let (a, b) = (elements[place], elements[place + units])
            result.elements[index] = merge == .mul ? a * b : merge == .sum ? a + b : (a + b) / 2
        }
        return result
    }

    private func unmerged(_ gradient: Tensor, _ whole: Tensor) -> Tensor {
        guard layer.stack.bidirectional, merge != .concat else { return gradient }
        let units = options.units
        let (elements, slopes) = (whole.elements, gradient.elements)
        var result = Tensor(shape: whole.shape)
        for index in slopes.indices {
            let place = index / units * 2 * units + index % units
            let slope = merge == .ave ? slopes[index] / 2 : slopes[index]
            let (a, b) = (elements[place], elements[place + units])
            result.elements[place] = merge == .mul ? slope * b : slope
            result.elements[place + units] = merge == .mul ? slope * a : slope
        }
        return result
    }
}

private struct DenseNode: SequentialNode {
    private(set) var linear: Linear
    let activation: Activation
    let outputShape: [Int]

    var module: (any Module)? { linear }

    init(_ units: Int, _ activation: Activation, input: [Int], seed: UInt64, threads: Int) {
        precondition(!input.isEmpty, "a dense layer needs features to read")
        linear = Linear(inputSize: input[input.count - 1], outputSize: units, seed: seed, threads: threads)
        self.activation = activation
        outputShape = input.dropLast() + [units]
    }

    func snapshot() -> any SequentialNode {
        var copy = self
        copy.linear = linear.snapshot().layer
        return copy
    }

    func forward(_ input: Tensor, lengths: [Int]?, step: Int?) -> SequentialPass {
        let pass = linear.forward(input)
        if activation == .linear {
            return SequentialPass(output: pass.output, backward: { pass.backward($0) })
        }
        var output = pass.output
        for index in output.elements.indices { output.elements[index] = activation(output.elements[index]) }
        let found = output
        return SequentialPass(
            output: output,
            backward: { gradient in
                var gradient = gradient
                for index in gradient.elements.indices {
                    gradient.elements[index] *= activation.derivative(at: found.elements[index])
                }
                return pass.backward(gradient)
            })
    }
}

private struct EmbeddingNode: SequentialNode {
    private(set) var embedding: Embedding
    let outputShape: [Int]

    var module: (any Module)? { embedding }

    init(_ embedding: Embedding, input: [Int]) {
        self.embedding = embedding
        outputShape = input + [embedding.dimension]
    }

    func snapshot() -> any SequentialNode {
        var copy = self
        copy.embedding = embedding.snapshot().layer
        return copy
    }

    /// The gradient of the input is zero, because indices have none.
    func forward(_ input: Tensor, lengths: [Int]?, step: Int?) -> SequentialPass {
        let pass = embedding.forward(Indices(input))
        return SequentialPass(
            output: pass.output,
            backward: { gradient in
                pass.backward(gradient)
                return Tensor(shape: input.shape)
            })
    }
}

private struct DropoutNode: SequentialNode {
    let dropout: Dropout
    let outputShape: [Int]

    var module: (any Module)? { nil }

    func snapshot() -> any SequentialNode { self }

    func forward(_ input: Tensor, lengths: [Int]?, step: Int?) -> SequentialPass {
        guard let step else { return SequentialPass(output: input, backward: { $0 }) }
        return SequentialPass(
            output: dropout.forward(input, step: step),
            backward: { dropout.backward($0, step: step) })
    }
}

private struct ReshapeNode: SequentialNode {
    let outputShape: [Int]

    var module: (any Module)? { nil }

    func snapshot() -> any SequentialNode { self }

    func forward(_ input: Tensor, lengths: [Int]?, step: Int?) -> SequentialPass {
        SequentialPass(
            output: input.reshaped([input.shape[0]] + outputShape), backward: { $0.reshaped(input.shape) })
    }
}

private struct RepeatNode: SequentialNode {
    let count: Int
    let outputShape: [Int]

    var module: (any Module)? { nil }

    init(_ count: Int, input: [Int]) {
        precondition(input.count == 1, "repeatVector reads (N, features), not \(Sequential.text(input))")
        precondition(count > 0, "repeatVector: count must be positive, not \(count)")
        self.count = count
        outputShape = [count] + input
    }

    func snapshot() -> any SequentialNode { self }

    func forward(_ input: Tensor, lengths: [Int]?, step: Int?) -> SequentialPass {
        let repeated = Tensor(stacking: .init(repeating: input, count: count)).swappingFirstTwo()
        return SequentialPass(
            output: repeated,
            backward: { gradient in
                var sum = Tensor(shape: input.shape)
                for (index, slope) in gradient.swappingFirstTwo().elements.enumerated() {
                    sum.elements[index % sum.count] += slope
                }
                return sum
            })
    }
}

extension Activation {
    func callAsFunction(_ x: Float) -> Float {
        switch self {
        case .linear: x
        case .sigmoid: 1 / (1 + Float(Elementary.exp(-Double(x))))
        case .tanh: Float(Elementary.tanh(Double(x)))
        case .relu: x < 0 ? 0 : x
        }
    }

    /// Returns the derivative at the point where the function's value is `y`.
    func derivative(at y: Float) -> Float {
        switch self {
        case .linear: 1
        case .sigmoid: y * (1 - y)
        case .tanh: 1 - y * y
        case .relu: y > 0 ? 1 : 0
        }
    }
}

import ElementaryFunctions
import NeuralNetworks

/// All states of a classifier that reads one image row by row, and the gradients of its loss: a plain implementation in
/// 64-bit numbers, for looking at a model. Tests compare it with the engine and with finite differences.
///
/// Shapes: T rows of the image, which are time steps, H hidden units, C classes.
struct StateTrace {
    /// One direction of one layer. Rows are rows of the image, also for the direction that begins at the last one.
    struct Direction {
        /// [T][H] The hidden states.
        var states: [[Double]] = []
        /// [T][H] The cell states; empty for cells without them.
        var cells: [[Double]] = []
        /// The gates, each [T][H], in the order of the cell's equations; empty for an RNN.
        var gates: [Gate] = []
        /// [T] The norm of the gradient of the loss with respect to the hidden state of a row: of everything that the
        /// state changes, in later steps, in the layers above and in the readout.
        var gradientNorms: [Double] = []
    }

    struct Gate {
        let name: String
        var values: [[Double]] = []
    }

    /// [layers][directions]
    var layers: [[Direction]] = []
    /// [C] The scores before softmax.
    private(set) var scores: [Double] = []
    /// [C]
    private(set) var probabilities: [Double] = []
    /// The cross-entropy of the image's label.
    private(set) var loss = 0.0

    /// The class with the highest score, the first of several.
    var predicted: Int { scores.indices.max { (scores[$0], $1) < (scores[$1], $0) } ?? 0 }

    /// Returns whether a model is small enough for this implementation, and for an answer with all states: computing takes
    /// seconds at most.
    static func canShow(_ model: SequenceModel) -> Bool {
        let rows = model.sequenceLength ?? 0
        let stack = model.stack
        let numbers = rows * stack.outputSize * stack.numLayers * (stack.cell.gates + 2)
        return rows * model.layout.count <= 500_000_000 && numbers <= 3_000_000
    }

    /// A change of one hidden state, for finite differences in tests.
    struct Change {
        var layer: Int
        var direction: Int
        var row: Int
        var unit: Int
        var amount: Double
    }

    /// Reads an image.
    ///
    /// - Parameters:
    ///   - pixels: [T, columns] The pixels, 0 to 255.
    ///   - label: The class of the image, for the loss.
    ///   - model: A classifier of images; its sizes must fit the pixels and the label.
    ///   - parameters: The parameters in the order of the model's layout.
    ///   - change: A change that is made to one hidden state; nil for none.
    init(
        of pixels: [UInt8], label: Int, model: SequenceModel, parameters: [Float], change: Change? = nil
    ) {
        let weights = TraceWeights(model, parameters)
        let columns = model.stack.inputSize
        var inputs = stride(from: 0, to: pixels.count, by: columns).map { start in
            pixels[start..<start + columns].map { Double(Float($0) / 255) }
        }
        /// The steps of all directions, [layers][directions].
        var passes: [[DirectionPass]] = []
        for layer in 0..<model.stack.numLayers {
            let own = (0..<model.stack.directions).map { direction in
                DirectionPass(
                    model.stack.cell, weights.direction(layer, direction), inputs,
                    isBackward: direction == 1,
                    change: change.flatMap { $0.layer == layer && $0.direction == direction ? $0 : nil })
            }
            passes.append(own)
            inputs = inputs.indices.map { row in own.flatMap { $0.steps[row].state } }
        }
        let readout = TraceReadout(model)
        let features = readout.features(of: inputs)
        scores = weights.linear.product(features)
        probabilities = Self.softmax(scores)
        // The logarithm of the probability is not used, because the probability may underflow to zero.
        loss = Self.logarithmOfSum(scores) - scores[label]
        layers = passes.map { $0.map(Direction.init) }

        var outputGradients = readout.gradients(
            of: weights.linear.transposedProduct(
                probabilities.indices.map { probabilities[$0] - ($0 == label ? 1 : 0) }),
            rows: inputs.count)
        for layer in passes.indices.reversed() {
            var inputGradients = [[Double]]()
            for (direction, pass) in passes[layer].enumerated() {
                let hidden = model.stack.hiddenSize
                let gradients = pass.gradients(
                    of: outputGradients.map { Array($0[direction * hidden..<(direction + 1) * hidden]) })
                layers[layer][direction].gradientNorms = gradients.states.map(Self.norm)
                inputGradients =
                    inputGradients.isEmpty ? gradients.inputs : zip(inputGradients, gradients.inputs).map(sum)
            }
            outputGradients = inputGradients
        }
    }

    private static func logarithmOfSum(_ scores: [Double]) -> Double {
        let most = scores.max() ?? 0
        return most + Elementary.log(scores.reduce(0) { $0 + Elementary.exp($1 - most) })
    }

    private static func softmax(_ scores: [Double]) -> [Double] {
        let most = scores.max() ?? 0
        let powers = scores.map { Elementary.exp($0 - most) }
        let sum = powers.reduce(0, +)
        return powers.map { $0 / sum }
    }

    private static func norm(_ vector: [Double]) -> Double {
        vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
    }
}

extension StateTrace.Direction {
    fileprivate init(_ pass: DirectionPass) {
        states = pass.steps.map(\.state)
        if pass.cell.hasCellState { cells = pass.steps.map(\.cellState) }
        let names =
            switch pass.cell {
            case .lstm: ["input", "forget", "candidate", "output"]
            case .gru, .gruResetBefore: ["reset", "update", "candidate"]
            case .rnnTanh, .rnnReLU: [String]()
            }
        gates = names.enumerated().map { index, name in
            StateTrace.Gate(name: name, values: pass.steps.map { $0.gates[index] })
        }
    }
}

/// A matrix with a bias, both from a model's parameters.
struct TraceMatrix {
    let columns: Int
    /// [rows, columns]
    let weights: [Double]
    /// [rows]
    let bias: [Double]

    /// W v + b
    func product(_ vector: [Double]) -> [Double] { product(vector, rows: bias.indices) }

    /// W v + b of some rows.
    func product(_ vector: [Double], rows: Range<Int>) -> [Double] {
        rows.map { row in
            var sum = bias[row]
            for column in 0..<columns { sum += weights[row * columns + column] * vector[column] }
            return sum
        }
    }

    /// Wᵀ v, of the rows from `first` on.
    func transposedProduct(_ vector: [Double], first: Int = 0) -> [Double] {
        var result = [Double](repeating: 0, count: columns)
        for (index, value) in vector.enumerated() {
            let start = (first + index) * columns
            for column in 0..<columns { result[column] += weights[start + column] * value }
        }
        return result
    }
}

/// The weights of a model by their PyTorch names.
private struct TraceWeights {
    private let model: SequenceModel
    private let parameters: [Float]

    init(_ model: SequenceModel, _ parameters: [Float]) {
        (self.model, self.parameters) = (model, parameters)
    }

    var linear: TraceMatrix { matrix("fc.weight", bias: "fc.bias") }

    func direction(_ layer: Int, _ direction: Int) -> (input: TraceMatrix, hidden: TraceMatrix) {
        let prefix = model.stack.cell.family.lowercased() + "."
        let suffix = "_l\(layer)" + (direction == 1 ? "_reverse" : "")
        return (
            matrix(prefix + "weight_ih" + suffix, bias: prefix + "bias_ih" + suffix),
            matrix(prefix + "weight_hh" + suffix, bias: prefix + "bias_hh" + suffix)
        )
    }

    /// Returns a matrix; a model without this bias has one of zeros.
    private func matrix(_ name: String, bias: String) -> TraceMatrix {
        guard let weight = model.layout[name] else {
            preconditionFailure("parameters: expected \(name), found none")
        }
        return TraceMatrix(
            columns: weight.shape[1], weights: parameters[weight.range].map(Double.init),
            bias: model.layout[bias].map { parameters[$0.range].map(Double.init) }
                ?? [Double](repeating: 0, count: weight.shape[0]))
    }
}

/// The part of the last layer's outputs that the linear layer reads, forward and backward.
private struct TraceReadout {
    private let model: SequenceModel

    init(_ model: SequenceModel) { self.model = model }

    private var hidden: Int { model.stack.hiddenSize }

    /// Returns whether a feature of the final states belongs to the backward direction, whose last step is row 0.
    private func isBackward(_ feature: Int) -> Bool { feature >= hidden }

    func features(of outputs: [[Double]]) -> [Double] {
        let size = model.stack.outputSize
        switch model.readout {
        case .all: return outputs.flatMap(\.self)
        case .last: return outputs[outputs.count - 1]
        case .final: return (0..<size).map { outputs[isBackward($0) ? 0 : outputs.count - 1][$0] }
        case .mean:
            return (0..<size).map { feature in outputs.reduce(0) { $0 + $1[feature] } / Double(outputs.count)
            }
        case .each: preconditionFailure("readout: expected one output for an image, received each")
        }
    }

    /// Returns the gradients of the outputs from the gradients of the features.
    func gradients(of features: [Double], rows: Int) -> [[Double]] {
        let size = model.stack.outputSize
        var gradients = [[Double]](repeating: [Double](repeating: 0, count: size), count: rows)
        for row in 0..<rows {
            for feature in 0..<size {
                gradients[row][feature] =
                    switch model.readout {
                    case .all: features[row * size + feature]
                    case .last: row == rows - 1 ? features[feature] : 0
                    case .final: row == (isBackward(feature) ? 0 : rows - 1) ? features[feature] : 0
                    case .mean: features[feature] / Double(rows)
                    case .each: 0
                    }
            }
        }
        return gradients
    }
}

func sum(_ first: [Double], _ second: [Double]) -> [Double] { zip(first, second).map(+) }

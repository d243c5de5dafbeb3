import Foundation

@testable import NeuralNetworks

/// The reference of a model: outputs, mean loss and all gradients in `Double`, sequence by sequence.
struct ReferenceModel {
    let model: SequenceModel
    var parameters: NamedArrays

    struct Result {
        /// The scores, [N][C], or [steps of all sequences][C] with the readout `each`.
        var scores: [[Double]] = []
        /// The weighted mean cross-entropy or squared error.
        var loss = 0.0
        /// The number of targets whose label is the first of the highest scores.
        var correct = 0
        /// The gradient of the mean loss.
        var gradient: NamedArrays = [:]
    }

    /// The loss of one target, its weight in the mean, and the derivative of the loss with respect to each output of the
    /// linear layer.
    typealias Term = (loss: Double, weight: Double, gradient: [Double])
    typealias Loss = (_ target: Int, _ linear: [Double], _ result: inout Result) -> Term

    /// - Parameters:
    ///   - images: The images, [N][L][D].
    ///   - labels: [targets] The labels: one for each image, or one for each step with the readout `each`.
    ///   - weights: [targets] The weight of each target.
    ///   - classWeights: [C] The weight of each class.
    func run(
        _ images: [[[Double]]], labels: [Int], weights: [Double]? = nil, classWeights: [Double]? = nil,
        smoothing: Double = 0, gradients: Bool = true
    ) -> Result {
        run(images, gradients: gradients) { index, scores, result in
            let highest = scores.max()!
            let logSum = highest + log(scores.reduce(0) { $0 + exp($1 - highest) })
            result.scores.append(scores)
            if scores.firstIndex(of: highest) == labels[index] { result.correct += 1 }
            // loss = -Σ q log softmax, and ∂loss/∂score = Σq softmax - q, with the weighted target distribution q.
            let weight = weights?[index] ?? 1
            let target = scores.indices.map { place in
                weight * (classWeights?[place] ?? 1)
                    * ((place == labels[index] ? 1 - smoothing : 0) + smoothing / Double(scores.count))
            }
            let total = target.reduce(0, +)
            return (
                zip(target, scores).reduce(0) { $0 + $1.0 * (logSum - $1.1) },
                weight * (classWeights?[labels[index]] ?? 1),
                zip(target, scores).map { total * exp($1 - logSum) - $0 }
            )
        }
    }

    /// - Parameters:
    ///   - sequences: The sequences, [N][L][D].
    ///   - targets: [targets][C] The targets: one for each sequence, or one for each step with the readout `each`.
    ///   - weights: [targets] The weight of each target.
    func run(
        _ sequences: [[[Double]]], targets: [[Double]], weights: [Double]? = nil, gradients: Bool = true
    ) -> Result {
        run(sequences, gradients: gradients) { index, linear, result in
            let outputs = model.hasSigmoid ? linear.map { 1 / (1 + exp(-$0)) } : linear
            let errors = zip(outputs, targets[index]).map { $0 - $1 }
            let weight = weights?[index] ?? 1
            let share = weight / Double(errors.count)
            result.scores.append(outputs)
            return (
                errors.reduce(0) { $0 + $1 * $1 } * share, weight,
                zip(errors, outputs).map { error, output in
                    2 * error * share * (model.hasSigmoid ? output * (1 - output) : 1)
                }
            )
        }
    }

    func run(_ images: [[[Double]]], gradients: Bool, _ loss: Loss) -> Result {
        let prefix = model.stack.cell.family.lowercased() + "."
        let stack = ReferenceStack(model.stack, parameters: parameters, prefix: prefix)
        let bias = parameters["fc.bias"]!
        let weight = Matrix(
            columns: parameters["fc.weight"]!.count / bias.count, numbers: parameters["fc.weight"]!)
        var stackGradient = stack.zeroGradient
        var weightGradient = Matrix(columns: weight.columns, numbers: weight.numbers.map { _ in 0 })
        var biasGradient = bias.map { _ in 0.0 }
        var result = Result()

        let passes = images.map { image in
            let trace = stack.forward(image, from: stack.zeroState)
            return (trace: trace, rows: features(trace))
        }
        var target = 0
        let terms = passes.map { pass in
            pass.rows.map { row in
                defer { target += 1 }
                return loss(target, plus(weight.times(row), bias), &result)
            }
        }
        let total = terms.joined().reduce(0) { $0 + $1.weight }
        result.loss = terms.joined().reduce(0) { $0 + $1.loss } / total
        guard gradients else { return result }

        for (pass, terms) in zip(passes, terms) {
            var featureGradients: [[Double]] = []
            for (row, term) in zip(pass.rows, terms) {
                let scoreGradient = term.gradient.map { $0 / total }
                weightGradient.add(outer: scoreGradient, row)
                biasGradient = plus(biasGradient, scoreGradient)
                featureGradients.append(weight.transposedTimes(scoreGradient))
            }
            let back = distributed(
                featureGradients, steps: pass.trace.output.count, zero: stack.zeroState)
            _ = stack.backward(
                pass.trace, outputGradient: back.output, finalGradient: back.final, addingTo: &stackGradient)
        }
        result.gradient = stackGradient.arrays(prefix: prefix)
        result.gradient["fc.weight"] = weightGradient.numbers
        result.gradient["fc.bias"] = biasGradient
        return result
    }

    /// Returns the features that the linear layer reads: a row, or a row for each step with the readout `each`.
    private func features(_ trace: ReferenceStack.Trace) -> [[Double]] {
        switch model.readout {
        case .all: [trace.output.flatMap { $0 }]
        case .last: [trace.output.last!]
        case .final: [trace.final.hidden.suffix(model.stack.directions).flatMap { $0 }]
        case .mean:
            [
                trace.output.reduce(trace.output[0].map { _ in 0 }, plus).map {
                    $0 / Double(trace.output.count)
                }
            ]
        case .each: trace.output
        }
    }

    /// Returns the gradients of the outputs and the final states for the gradient of each row of features.
    private func distributed(
        _ gradients: [[Double]], steps: Int, zero: ReferenceStack.State
    ) -> (output: [[Double]], final: ReferenceStack.State) {
        if model.readout == .each { return (gradients, zero) }
        let gradient = gradients[0]
        var output = [[Double]](
            repeating: .init(repeating: 0, count: model.stack.outputSize), count: steps)
        var final = zero
        switch model.readout {
        case .all: output = rows(gradient, steps)
        case .last: output[steps - 1] = gradient
        case .final:
            let directions = model.stack.directions
            final.hidden.replaceSubrange(
                (final.hidden.count - directions)..., with: rows(gradient, directions))
        case .mean: output = output.map { _ in gradient.map { $0 / Double(steps) } }
        case .each: break
        }
        return (output, final)
    }
}

/// Adam (Kingma and Ba, 2015, algorithm 1) in `Double`.
struct ReferenceAdam {
    let adam: Adam
    private var firstMoment: NamedArrays = [:]
    private var secondMoment: NamedArrays = [:]
    private var stepCount = 0

    init(_ adam: Adam) { self.adam = adam }

    mutating func step(_ parameters: inout NamedArrays, _ gradient: NamedArrays) {
        stepCount += 1
        let firstCorrection = 1 - pow(adam.beta1, Double(stepCount))
        let secondCorrection = 1 - pow(adam.beta2, Double(stepCount))
        for (name, gradient) in gradient {
            var m = firstMoment[name] ?? gradient.map { _ in 0 }
            var v = secondMoment[name] ?? gradient.map { _ in 0 }
            for (index, g) in gradient.enumerated() {
                m[index] = adam.beta1 * m[index] + (1 - adam.beta1) * g
                v[index] = adam.beta2 * v[index] + (1 - adam.beta2) * g * g
                parameters[name]![index] -=
                    adam.learningRate * (m[index] / firstCorrection)
                    / ((v[index] / secondCorrection).squareRoot() + adam.epsilon)
            }
            firstMoment[name] = m
            secondMoment[name] = v
        }
    }
}

/// Returns flat numbers as `count` rows.
func rows(_ numbers: [Double], _ count: Int) -> [[Double]] {
    let width = numbers.count / count
    return (0..<count).map { Array(numbers[$0 * width..<($0 + 1) * width]) }
}

extension ParameterLayout {
    /// Returns flat numbers by name.
    func arrays(_ numbers: [Double]) -> NamedArrays {
        Dictionary(uniqueKeysWithValues: parameters.map { ($0.name, Array(numbers[$0.range])) })
    }

    /// Returns named arrays in the order of the layout.
    func flat(_ arrays: NamedArrays) -> [Double] { parameters.flatMap { arrays[$0.name]! } }
}

import Foundation

@testable import NeuralNetworks

/// The reference of a model: outputs, mean loss and all gradients in `Double`, sequence by sequence.
struct ReferenceModel {
    let model: SequenceModel
    var parameters: NamedArrays

    struct Result {
        /// The scores, [N][C].
        var scores: [[Double]] = []
        /// The mean cross-entropy or squared error.
        var loss = 0.0
        /// The number of images whose label is the first of the highest scores.
        var correct = 0
        /// The gradient of the mean loss.
        var gradient: NamedArrays = [:]
    }

    /// The loss of one sequence, and its derivative with respect to each output of the linear layer.
    typealias Loss = (
        _ index: Int, _ linear: [Double], _ result: inout Result
    ) -> (loss: Double, gradient: [Double])

    /// - Parameter images: The images, [N][L][D].
    func run(_ images: [[[Double]]], labels: [Int], gradients: Bool = true) -> Result {
        run(images, gradients: gradients) { index, scores, result in
            let highest = scores.max()!
            let logSum = highest + log(scores.reduce(0) { $0 + exp($1 - highest) })
            result.scores.append(scores)
            if scores.firstIndex(of: highest) == labels[index] { result.correct += 1 }
            // ∂loss/∂score = softmax - onehot.
            return (
                logSum - scores[labels[index]],
                scores.enumerated().map { exp($1 - logSum) - ($0 == labels[index] ? 1 : 0) }
            )
        }
    }

    /// - Parameters:
    ///   - sequences: The sequences, [N][L][D].
    ///   - targets: The targets, [N][C].
    func run(_ sequences: [[[Double]]], targets: [[Double]], gradients: Bool = true) -> Result {
        run(sequences, gradients: gradients) { index, linear, result in
            let outputs = model.hasSigmoid ? linear.map { 1 / (1 + exp(-$0)) } : linear
            let errors = zip(outputs, targets[index]).map { $0 - $1 }
            let share = 1 / Double(errors.count)
            result.scores.append(outputs)
            return (
                errors.reduce(0) { $0 + $1 * $1 } * share,
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

        for (index, image) in images.enumerated() {
            let trace = stack.forward(image, from: stack.zeroState)
            let features = features(trace)
            let (loss, slopes) = loss(index, plus(weight.times(features), bias), &result)
            result.loss += loss / Double(images.count)
            guard gradients else { continue }

            let scoreGradient = slopes.map { $0 / Double(images.count) }
            weightGradient.add(outer: scoreGradient, features)
            biasGradient = plus(biasGradient, scoreGradient)
            let back = distributed(
                weight.transposedTimes(scoreGradient), steps: image.count, zero: stack.zeroState)
            _ = stack.backward(
                trace, outputGradient: back.output, finalGradient: back.final, addingTo: &stackGradient)
        }
        result.gradient = stackGradient.arrays(prefix: prefix)
        result.gradient["fc.weight"] = weightGradient.numbers
        result.gradient["fc.bias"] = biasGradient
        return result
    }

    /// Returns the features that the linear layer reads.
    private func features(_ trace: ReferenceStack.Trace) -> [Double] {
        switch model.readout {
        case .all: trace.output.flatMap { $0 }
        case .last: trace.output.last!
        case .final: trace.final.hidden.suffix(model.stack.directions).flatMap { $0 }
        case .mean:
            trace.output.reduce(trace.output[0].map { _ in 0 }, plus).map {
                $0 / Double(trace.output.count)
            }
        }
    }

    /// Returns the gradients of the outputs and the final states for the gradient of the features.
    private func distributed(
        _ gradient: [Double], steps: Int, zero: ReferenceStack.State
    ) -> (output: [[Double]], final: ReferenceStack.State) {
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

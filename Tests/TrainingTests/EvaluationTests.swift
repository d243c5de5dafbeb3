import Datasets
import NeuralNetworks
import Platform
import Testing
import TrainingSamples

@testable import Training

@Suite("Evaluation of a classifier")
struct EvaluationTests {
    private static let model = SequenceModel(
        RecurrentStack(.lstm, inputSize: 5, hiddenSize: 3, bidirectional: true), sequenceLength: 6,
        classCount: 4)

    private func engine(_ change: (inout [Float]) -> Void = { _ in }) -> SequenceEngine {
        let buffer = Self.model.initialParameters(seed: 2)
        var values = buffer.elements
        for index in values.indices { values[index] *= 5 }
        change(&values)
        buffer.assign(values)
        return SequenceEngine(model: Self.model, parameters: buffer)
    }

    /// Returns an engine with scores that do not depend on the image.
    private func constant(_ scores: [Float]) throws -> SequenceEngine {
        let bias = try #require(Self.model.layout["fc.bias"])
        let weight = try #require(Self.model.layout["fc.weight"])
        return engine {
            for index in weight.range { $0[index] = 0 }
            for (index, score) in scores.enumerated() { $0[bias.offset + index] = score }
        }
    }

    @Test(arguments: [1, 33, 100])
    func `the evaluation equals a count image by image`(count: Int) throws {
        let images = noiseImages(count)
        let engine = engine()
        let evaluation = Evaluation(engine, on: images, split: "test", mistakeCount: 7)
        let score = withExtendedLifetime(images) { engine.evaluate(SequenceSamples(images)) }
        #expect(evaluation.count == count && evaluation.correct == score.correct)
        #expect(abs(evaluation.loss - score.loss) < 1e-5)
        #expect(evaluation.accuracy == score.accuracy)
        let variance = evaluation.accuracy * (1 - evaluation.accuracy) / Double(count)
        #expect(abs(score.standardError * score.standardError - variance) < 1e-15)
        #expect(evaluation.split == "test" && evaluation.classes == ["0", "1", "2", "3"])
        #expect(evaluation.isPossible)

        var confusion = [[Int]](repeating: [0, 0, 0, 0], count: 4)
        var mistakes: [(index: Int, probability: Double)] = []
        for index in 0..<count {
            let row = withExtendedLifetime(images) {
                engine.outputs(SequenceSamples(images), indices: [Int32(index)])
            }
            let label = Int(images.labels[index])
            let predicted = row.indices.max { row[$0] < row[$1] }!
            confusion[label][predicted] += 1
            if predicted != label { mistakes.append((index, Softmax.probabilities(row)[label])) }
        }
        #expect(evaluation.confusion == confusion)
        mistakes.sort { $0.probability < $1.probability }
        #expect(evaluation.mistakes.map(\.index) == mistakes.prefix(7).map(\.index))
        for mistake in evaluation.mistakes {
            #expect(mistake.label == Int(images.labels[mistake.index]) && mistake.predicted != mistake.label)
            #expect(mistake.probability > mistake.probabilityOfLabel)
        }

        for (index, found) in evaluation.classScores.enumerated() {
            let hits = Double(confusion[index][index])
            let (row, column) = (confusion[index].reduce(0, +), confusion.reduce(0) { $0 + $1[index] })
            #expect(found.name == "\(index)" && found.count == row)
            #expect(found.recall == (row == 0 ? nil : hits / Double(row)))
            #expect(found.precision == (column == 0 ? nil : hits / Double(column)))
        }
    }

    @Test
    func `a class that is never predicted and one that never occurs have no scores`() throws {
        let images = LabeledImages(
            pixels: [UInt8](repeating: 9, count: 5 * 30), labels: [0, 1, 1, 2, 2], rows: 6, columns: 5,
            classCount: 4)
        let scores = Evaluation(try constant([0, 1, 0, 0]), on: images, split: "x").classScores
        #expect(scores.map(\.precision) == [nil, 0.4, nil, nil])
        #expect(scores.map(\.recall) == [0, 1, 0, nil])
        #expect(scores.map(\.count) == [1, 2, 2, 0])
        let f1 = scores.map(\.f1)
        #expect(f1[0] == 0 && f1[2] == 0 && f1[3] == nil)
        #expect(abs((f1[1] ?? 0) - 2 * 0.4 * 1 / 1.4) < 1e-15)
    }

    @Test(arguments: [Float(1e3), 1e8, 1e38])
    func `huge scores have finite losses`(score: Float) throws {
        let images = noiseImages(20)
        let engine = try constant([-score, 0, score, score])
        let evaluation = Evaluation(engine, on: images, split: "x", mistakeCount: 99)
        let expected = withExtendedLifetime(images) { engine.evaluate(SequenceSamples(images)) }
        #expect(evaluation.loss.isFinite && evaluation.loss > 100)
        #expect(abs(evaluation.loss - expected.loss) < 1e-6 * expected.loss)
        #expect(evaluation.correct == expected.correct)
        // The worst mistake is first; equal ones keep their order.
        let order = evaluation.mistakes.map(\.index)
        let labels = order.map { images.labels[$0] }
        #expect(labels == labels.sorted { rank($0) < rank($1) })
        #expect(
            zip(order, order.dropFirst()).allSatisfy { images.labels[$0] != images.labels[$1] || $0 < $1 })
    }

    private func rank(_ label: UInt8) -> Int { label == 0 ? 0 : label == 1 ? 1 : 2 }

    @Test
    func `nearly equal scores with equal probabilities are counted by score`() throws {
        let images = noiseImages(20)
        let engine = try constant([0, 2 * .leastNonzeroMagnitude, 0, 0])
        let expected = withExtendedLifetime(images) { engine.evaluate(SequenceSamples(images)) }
        #expect(Evaluation(engine, on: images, split: "x").confusion.allSatisfy { $0[1] == $0.reduce(0, +) })
        #expect(Evaluation(engine, on: images, split: "x").correct == expected.correct)
    }

    @Test
    func `probabilities are the softmax of the scores`() {
        #expect(Softmax.probabilities([Float(0), 0]) == [0.5, 0.5])
        #expect(Softmax.probabilities([Float(3e38), -3e38, 3e38]) == [0.5, 0, 0.5])
        #expect(Softmax.probabilities([Float(-3e38)]) == [1])
        #expect(Softmax.probabilities([Float]()).isEmpty)
        let found = Softmax.probabilities([Float(1), 2, 3])
        #expect(abs(found.reduce(0, +) - 1) < 1e-15)
        #expect(abs(found[1] / found[0] - 2.718281828459045) < 1e-12)
    }

    @Test
    func `an impossible evaluation in a file is detected`() {
        let images = noiseImages(20)
        let evaluation = Evaluation(engine(), on: images, split: "x")
        let changes: [(inout Evaluation) -> Void] = [
            { $0.classes = [] }, { $0.classes.removeLast() }, { $0.confusion.removeLast() },
            { $0.confusion[1].removeLast() }, { $0.confusion[1][1] = -1 }, { $0.confusion[1][1] = .max },
            { $0.mistakes[0].label = 4 }, { $0.mistakes[0].predicted = -1 }, { $0.mistakes[0].index = -1 },
        ]
        for change in changes {
            var changed = evaluation
            change(&changed)
            #expect(!changed.isPossible)
        }
    }

    /// A confusion matrix with a number that scikit-learn's functions have for it, by their documented definitions.
    struct Known: CustomTestStringConvertible {
        var labels: [Int]
        var predicted: [Int]
        var classCount: Int
        var balancedAccuracy: Double
        var macroF1: Double
        var testDescription: String { "\(labels) as \(predicted)" }
    }

    @Test(arguments: [
        // The example of balanced_accuracy_score: recalls 3/4 and 1/2. F1: 6/8 and 2/4.
        Known(
            labels: [0, 1, 0, 0, 1, 0], predicted: [0, 1, 0, 0, 0, 1], classCount: 2, balancedAccuracy: 0.625,
            macroF1: 0.625),
        // The example of f1_score: 4/5, 0 and 0.
        Known(
            labels: [0, 1, 2, 0, 1, 2], predicted: [0, 2, 1, 0, 0, 1], classCount: 3,
            balancedAccuracy: 1.0 / 3,
            macroF1: 0.8 / 3),
        // Class 2 is only predicted: it has no recall, and the F1 0. Class 3 neither occurs nor is predicted.
        Known(
            labels: [0, 0, 1], predicted: [0, 2, 1], classCount: 4, balancedAccuracy: 0.75,
            macroF1: (2.0 / 3 + 1) / 3),
        Known(labels: [1], predicted: [0], classCount: 2, balancedAccuracy: 0, macroF1: 0),
    ])
    func `balanced accuracy and macro F1 are scikit-learn's`(_ known: Known) throws {
        var confusion = [[Int]](
            repeating: [Int](repeating: 0, count: known.classCount), count: known.classCount)
        for (label, predicted) in zip(known.labels, known.predicted) { confusion[label][predicted] += 1 }
        let text = """
            {"classes": \((0..<known.classCount).map(String.init)), "confusion": \(confusion), "loss": 1, \
            "mistakes": [], "split": "test"}
            """
        let evaluation: Evaluation = try JSON.value(from: text)
        #expect(abs(evaluation.balancedAccuracy - known.balancedAccuracy) < 1e-15)
        #expect(abs(evaluation.macroF1 - known.macroF1) < 1e-15)
    }

    @Test
    func `sequences of different lengths are evaluated like images`() throws {
        let sequences = try LabeledSequences(
            [[1], [-1, -1], [2, 1, 1], [-2], [3]], channels: 1, labels: [0, 1, 1, 1, 0],
            classNames: ["up", "down"])
        // The score of a class is the last value or its opposite, through tanh.
        let model = SequenceModel(RecurrentStack(.rnnTanh, inputSize: 1, hiddenSize: 1), classCount: 2)
        let parameters = model.initialParameters(seed: 0)
        // W_ih, W_hh, b_ih, b_hh; the linear layer's weights and biases.
        parameters.assign([1, 0, 0, 0, 1, -1, 0, 0])
        let engine = SequenceEngine(model: model, parameters: parameters)
        let evaluation = Evaluation(engine, on: sequences, split: "test")
        #expect(evaluation.classes == ["up", "down"])
        #expect(evaluation.confusion == [[2, 0], [1, 2]])
        #expect(evaluation.mistakes.map(\.index) == [2] && evaluation.accuracy == 0.8)
        let score = engine.evaluate(sequences)
        #expect(evaluation.loss == score.loss && evaluation.correct == score.correct)
        #expect(
            Evaluation(engine, on: sequences, split: "test", classNames: ["a", "b"]).classes == ["a", "b"])
    }

    @Test
    func `the errors of a regressor are root mean squares and means of magnitudes`() throws {
        let sequences = try LabeledSequences(
            [[1], [2], [5, 5]], channels: 1, values: [[3, 0], [-1, 0], [1, 4]])
        let model = SequenceModel(RecurrentStack(.rnnTanh, inputSize: 1, hiddenSize: 1), valueCount: 2)
        let parameters = model.initialParameters(seed: 0)
        // The outputs are the biases of the linear layer, 1 and 2.
        parameters.assign([0, 0, 0, 0, 0, 0, 1, 2])
        let engine = SequenceEngine(model: model, parameters: parameters)
        let errors = RegressionEvaluation(engine, on: sequences)
        // Errors: -2, 2, 0 and 2, 2, -2.
        #expect(errors.count == 3)
        #expect(abs(errors.values[0].rmse - (8.0 / 3).squareRoot()) < 1e-12)
        #expect(abs(errors.values[0].mae - 4.0 / 3) < 1e-12)
        #expect(abs(errors.values[1].rmse - 2) < 1e-12 && abs(errors.values[1].mae - 2) < 1e-12)
        #expect(abs(errors.rmse - (20.0 / 6).squareRoot()) < 1e-12 && abs(errors.mae - 10.0 / 6) < 1e-12)
        #expect(abs(errors.rmse * errors.rmse - engine.evaluate(sequences).loss) < 1e-6)
    }
}

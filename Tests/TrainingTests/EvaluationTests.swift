import Datasets
import NeuralNetworks
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
}

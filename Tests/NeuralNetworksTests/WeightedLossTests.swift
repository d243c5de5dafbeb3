import Foundation
import TestSupport
import Testing

@testable import NeuralNetworks

@Suite("Losses with weights")
struct WeightedLossTests {
    @Test(arguments: 0..<7)
    func `cross-entropy with class weights equals PyTorch's`(_ index: Int) throws {
        let expected = try EmbeddingLossFixture.stored.get().crossEntropy[index]
        let loss = CrossEntropyLoss(labelSmoothing: expected.smoothing, classWeights: expected.weights)
        let found = loss(
            Tensor(expected.shape, expected.scores), expected.labels, lengths: expected.lengths)
        expectClose([found.value], [expected.value], absolute: 1e-14, relative: 1e-14)
        expectClose(
            found.gradient.elements.map(Double.init), expected.gradient, absolute: 1e-9, relative: 1e-7)
        #expect(found.gradient.shape == expected.shape)
    }

    @Test(arguments: 0..<5)
    func `binary cross-entropy of scores equals PyTorch's`(_ index: Int) throws {
        let expected = try EmbeddingLossFixture.stored.get().bce[index]
        let found = BCEWithLogitsLoss(positiveWeights: expected.weights)(
            Tensor(expected.shape, expected.scores), Tensor(expected.shape, expected.targets),
            lengths: expected.lengths)
        expectClose([found.value], [expected.value], absolute: 1e-14, relative: 1e-14)
        expectClose(
            found.gradient.elements.map(Double.init), expected.gradient, absolute: 1e-9, relative: 1e-7)
        #expect(found.gradient.shape == expected.shape)
        #expect(
            found.count
                == (expected.lengths.map { $0.reduce(0, +) * expected.shape[2] } ?? expected.scores.count))
    }

    @Test
    func `the fixture has every case`() throws {
        let fixture = try EmbeddingLossFixture.stored.get()
        #expect(fixture.crossEntropy.count == 7 && fixture.bce.count == 5)
        #expect(fixture.crossEntropy.contains { $0.weights?.contains(0) ?? false })
        #expect(fixture.bce.contains { $0.targets.contains(0.25) && $0.weights != nil })
    }

    @Test(arguments: [0, 0.3], [[1, 1, 1], [0.5, 2, 4]])
    func `the gradient of the weighted cross-entropy equals finite differences`(
        _ smoothing: Double, _ weights: [Float]
    ) {
        let loss = CrossEntropyLoss(labelSmoothing: smoothing, classWeights: weights)
        let scores = Tensor.random([4, 3], seed: 1, bound: 3)
        let found = loss(scores, [2, 0, 1, 1])
        expectSlopes(found.gradient.elements, at: scores.elements) {
            loss(Tensor(shape: [4, 3], $0), [2, 0, 1, 1]).value
        }
        #expect(found.weight == Double(weights[2] + weights[0] + 2 * weights[1]))
        #expect(found.count == 4)
    }

    @Test
    func `the gradient of the binary cross-entropy equals finite differences`() {
        let loss = BCEWithLogitsLoss(positiveWeights: [0.5, 3])
        let scores = Tensor.random([5, 2], seed: 1, bound: 3)
        let targets = Tensor([[0, 1], [1, 0], [0.25, 0.5], [1, 1], [0, 0]])
        let found = loss(scores, targets)
        expectSlopes(found.gradient.elements, at: scores.elements) {
            loss(Tensor(shape: [5, 2], $0), targets).value
        }
        #expect(found.weight == 10)
    }

    @Test
    func `weights of 1 change nothing`() {
        let scores = Tensor.random([6, 4], seed: 1, bound: 3)
        let labels = [3, 0, 1, 2, 2, 0]
        let plain = CrossEntropyLoss(labelSmoothing: 0.1)(scores, labels)
        let weighted = CrossEntropyLoss(labelSmoothing: 0.1, classWeights: [1, 1, 1, 1])(scores, labels)
        expectClose([weighted.value], [plain.value], absolute: 1e-15)
        expectClose(weighted.gradient.elements, plain.gradient.elements, absolute: 1e-8)
        let targets = Tensor(oneHot: labels, classes: 4)
        #expect(
            BCEWithLogitsLoss()(scores, targets)
                == BCEWithLogitsLoss(positiveWeights: [1, 1, 1, 1])(scores, targets))
    }

    @Test
    func `scores of any size neither overflow nor lose the loss`() {
        let found = BCEWithLogitsLoss()(
            Tensor(shape: [6], [3e38, -3e38, 3e38, -3e38, .infinity, -.infinity]),
            Tensor(shape: [6], [1, 0, 0, 1, 1, 0]))
        expectClose([found.value], [2 * Double(Float(3e38)) / 6], relative: 1e-14)
        expectClose(found.gradient.elements, [0, 0, 0.1666666667, -0.1666666667, 0, 0], absolute: 1e-8)
        let one = BCEWithLogitsLoss()(Tensor(shape: [1], [-50]), Tensor(shape: [1], [0]))
        expectClose([one.value], [1.928749847963918e-22], absolute: 0, relative: 1e-12)
        #expect(BCEWithLogitsLoss()(Tensor(shape: [1], [.nan]), Tensor(shape: [1], [1])).value.isNaN)
        #expect(BCEWithLogitsLoss()(Tensor(shape: [], [0]), Tensor(shape: [], [1])).value == log(2))
    }

    @Test
    func `the content past the ends of sequences is not read`() {
        let scores = Tensor(shape: [2, 2, 1], [1, .nan, 2, 3])
        let targets = Tensor(shape: [2, 2, 1], [1, 7, 0, 1])
        let found = BCEWithLogitsLoss()(scores, targets, lengths: [1, 2])
        let expected = BCEWithLogitsLoss()(Tensor([[1], [2], [3]]), Tensor([[1], [0], [1]]))
        #expect(found.value == expected.value && found.count == 3)
        #expect(found.gradient.elements[1] == 0)
        let nothing = BCEWithLogitsLoss()(scores, targets, lengths: [0, 0])
        #expect(nothing == Loss(value: 0, count: 0, gradient: Tensor(shape: [2, 2, 1])))
    }

    /// A weight of 2 counts like two equal sequences, a weight of 0 like none.
    @Test
    func `weights of sequences count like repetitions`() {
        let (rows, lengths, weights) = ([0, 1, 1, 3], [3, 1, 2, 2], [1, 2, 0, 1] as [Float])
        let scores = Tensor.random([4, 3, 2], seed: 1, bound: 3)
        let targets = Tensor.random([4, 3, 2], seed: 2).mapping { abs($0) }
        let labels = (0..<12).map { $0 * 5 % 7 % 2 }
        func repeated(_ x: Tensor) -> Tensor { Tensor(stacking: rows.map { x.slice($0) }) }
        func check(_ found: Loss, _ expected: Loss) {
            expectClose([found.value], [expected.value], absolute: 1e-14, relative: 1e-14)
            #expect(found.weight == expected.weight)
            let slopes = (0..<4).map { found.gradient.slice($0).elements }
            expectClose(slopes[0], expected.gradient.slice(0).elements, absolute: 1e-7)
            expectClose(slopes[1], expected.gradient.slice(1).elements.map { 2 * $0 }, absolute: 1e-7)
            #expect(slopes[2].allSatisfy { $0 == 0 })
            expectClose(slopes[3], expected.gradient.slice(3).elements, absolute: 1e-7)
        }
        let rowLengths = rows.map { lengths[$0] }
        let rowLabels = rows.flatMap { Array(labels[3 * $0..<3 * $0 + 3]) }
        let crossEntropy = CrossEntropyLoss(labelSmoothing: 0.1, classWeights: [0.5, 2])
        check(
            crossEntropy(scores, labels, lengths: lengths, weights: weights),
            crossEntropy(repeated(scores), rowLabels, lengths: rowLengths))
        check(
            MSELoss()(scores, targets, lengths: lengths, weights: weights),
            MSELoss()(repeated(scores), repeated(targets), lengths: rowLengths))
        let binary = BCEWithLogitsLoss(positiveWeights: [3, 0.5])
        check(
            binary(scores, targets, lengths: lengths, weights: weights),
            binary(repeated(scores), repeated(targets), lengths: rowLengths))
        // Without steps: each row is a sequence.
        let flat = MSELoss()(
            Tensor([[1, 2], [3, 4]]), Tensor([[0, 0], [0, 0]]), weights: [3, 1])
        #expect(flat.value == (3 * 5 + 25) / 8 && flat.weight == 8 && flat.count == 4)
    }

    @Test
    func `labels without weight give a loss of zero`() {
        let found = CrossEntropyLoss(classWeights: [0, 1])(Tensor([[1, 2]]), [0])
        #expect(found == Loss(value: 0, count: 1, weight: 0, gradient: Tensor([[0, 0]])))
    }

    @Test
    func `wrong weights, targets and shapes trap`() async {
        await #expect(processExitsWith: .failure) { _ = CrossEntropyLoss(classWeights: [1, -1]) }
        await #expect(processExitsWith: .failure) { _ = CrossEntropyLoss(classWeights: [1, .nan]) }
        await #expect(processExitsWith: .failure) {
            _ = CrossEntropyLoss(classWeights: [1, 1])(Tensor([[1, 2, 3]]), [0])
        }
        await #expect(processExitsWith: .failure) { _ = BCEWithLogitsLoss(positiveWeights: [.infinity]) }
        await #expect(processExitsWith: .failure) {
            _ = CrossEntropyLoss()(Tensor([[1, 2]]), [0], weights: [1, 1])
        }
        await #expect(processExitsWith: .failure) {
            _ = MSELoss()(Tensor([[1]]), Tensor([[1]]), weights: [-1])
        }
        await #expect(processExitsWith: .failure) {
            _ = BCEWithLogitsLoss(positiveWeights: [1])(Tensor([[1, 2]]), Tensor([[1, 0]]))
        }
        await #expect(processExitsWith: .failure) {
            _ = BCEWithLogitsLoss()(Tensor([[1, 2]]), Tensor([[1], [0]]))
        }
        await #expect(processExitsWith: .failure) {
            _ = BCEWithLogitsLoss()(Tensor([[1, 2]]), Tensor([[1, 2]]))
        }
        await #expect(processExitsWith: .failure) {
            _ = BCEWithLogitsLoss()(Tensor([[1, 2]]), Tensor([[1, .nan]]))
        }
    }
}

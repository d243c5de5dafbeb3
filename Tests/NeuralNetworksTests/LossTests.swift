import Foundation
import TestSupport
import Testing

@testable import NeuralNetworks

@Suite("Losses")
struct LossTests {
    // The expected numbers are PyTorch 2's in double precision: torch.nn.CrossEntropyLoss(label_smoothing=e)(scores,
    // labels).backward(); torch.nn.MSELoss()(scores, targets)
    static let scores = Tensor([[1.5, -2, 0.25], [0.5, 3, -1], [2, 2, -4], [-0.75, 0.125, 1]])
    static let labels = [2, 1, 0, 2]
    static let targets = Tensor([[1, -1, 0.5], [0, 2, -2], [1, 3, -4.5], [0.25, 0.5, -1]])

    struct Smoothed: CustomTestStringConvertible {
        let smoothing, value: Double
        let gradient: [Double]
        var testDescription: String { "label smoothing \(smoothing)" }
    }

    static let smoothed = [
        Smoothed(
            smoothing: 0, value: 0.6948310734977867,
            gradient: [
                0.18986829652424556, 0.005733525749885106, -0.1956018222741307, 0.018648889283053607,
                -0.022810018935371684, 0.004161129652318086, -0.12515473024207946, 0.12484526975792054,
                0.00030946048415894406, 0.027312022907588007, 0.06551813698127627, -0.09283015988886428,
            ]),
        Smoothed(
            smoothing: 0.1, value: 0.8292060734977866,
            gradient: [
                0.18153496319091222, -0.0025998075834482272, -0.17893515560746404, 0.010315555949720273,
                -0.006143352268705021, -0.004172203681015247, -0.1084880635754128, 0.11651193642458721,
                -0.008023872849174388, 0.01897868957425467, 0.05718480364794294, -0.07616349322219762,
            ]),
        Smoothed(
            smoothing: 1, value: 2.0385810734977863,
            gradient: [
                0.10653496319091223, -0.07759980758344823, -0.02893515560746402, -0.06468444405027972,
                0.14385664773129497, -0.07917220368101524, 0.04151193642458721, 0.04151193642458721,
                -0.08302387284917438, -0.05602131042574532, -0.017815196352057056, 0.07383650677780239,
            ]),
    ]

    @Test(arguments: smoothed)
    func `cross-entropy equals PyTorch's`(_ expected: Smoothed) {
        let found = CrossEntropyLoss(labelSmoothing: expected.smoothing)(Self.scores, Self.labels)
        expectClose([found.value], [expected.value], absolute: 1e-14, relative: 1e-14)
        expectClose(found.gradient.elements, expected.gradient, absolute: 1e-9, relative: 1e-7)
        #expect(found.gradient.shape == [4, 3])
        #expect(found.count == 4)
    }

    @Test
    func `cross-entropy of masked steps equals PyTorch's with ignore_index`() {
        let found = CrossEntropyLoss(labelSmoothing: 0.1)(
            Self.scores.reshaped([2, 2, 3]), [2, -100, 0, 2], lengths: [1, 2])
        expectClose([found.value], [1.0014944326366992], absolute: 1e-14, relative: 1e-14)
        expectClose(
            found.gradient.elements,
            [
                0.24204661758788296, -0.003466410111264304, -0.2385802074766187, 0, 0, 0,
                -0.1446507514338837, 0.1553492485661163, -0.01069849713223252, 0.025304919432339562,
                0.07624640486392391, -0.10155132429626351,
            ], absolute: 1e-9, relative: 1e-7)
    }

    @Test
    func `the mean squared error equals PyTorch's`() {
        let found = MSELoss()(Self.scores, Self.targets)
        expectClose([found.value], [0.9127604166666666], absolute: 1e-14, relative: 1e-14)
        expectClose(
            found.gradient.elements.map { 48 * $0 }, [4, -8, -2, 4, 8, 8, 8, -8, 4, -8, -3, 16],
            absolute: 1e-6)
        #expect(found.count == 12)
        #expect(MSELoss()(Tensor(shape: [], [3]), Tensor(shape: [], [1])).value == 4)
    }

    @Test(arguments: [0, 0.1, 0.7, 1])
    func `cross-entropy and its gradient match the definition`(_ smoothing: Double) {
        let scores = Tensor.random([3, 4, 5], seed: 1, bound: 4)
        let labels = (0..<12).map { $0 * 7 % 5 }
        func mean(_ scores: [Double]) -> Double {
            var sum = 0.0
            for (row, label) in labels.enumerated() {
                let exponentials = scores[row * 5..<(row + 1) * 5].map { exp($0) }
                let total: Double = exponentials.reduce(0, +)
                for (index, exponential) in exponentials.enumerated() {
                    let wanted: Double = smoothing / 5 + (index == label ? 1 - smoothing : 0)
                    sum -= wanted * Foundation.log(exponential / total)
                }
            }
            return sum / 12
        }
        let found = CrossEntropyLoss(labelSmoothing: smoothing)(scores, labels)
        let numbers = scores.elements.map { Double($0) }
        expectClose([found.value], [mean(numbers)], absolute: 1e-13)
        expectClose(
            found.gradient.elements, differences(numbers, mean), absolute: 1e-8, relative: 1e-6)
    }

    @Test
    func `the gradient of the squared error equals finite differences`() {
        let (output, target) = (Tensor.random([3, 4, 2], seed: 1), Tensor.random([3, 4, 2], seed: 2))
        func mean(_ output: [Double]) -> Double {
            zip(output, target.elements).reduce(0) { $0 + pow($1.0 - Double($1.1), 2) } / 24
        }
        let found = MSELoss()(output, target)
        let numbers = output.elements.map { Double($0) }
        expectClose([found.value], [mean(numbers)], absolute: 1e-13)
        expectClose(found.gradient.elements, differences(numbers, mean), absolute: 1e-8, relative: 1e-6)
    }

    @Test
    func `the content past the ends of sequences is not read`() {
        let lengths = [4, 0, 2]
        let rows = (0..<12).filter { $0 % 4 < lengths[$0 / 4] }
        var scores = Tensor.random([12, 5], seed: 1)
        var labels = (0..<12).map { $0 * 7 % 5 }
        var targets = Tensor.random([12, 5], seed: 2)
        for row in 0..<12 where !rows.contains(row) {
            labels[row] = row % 2 == 0 ? -7 : 999
            for place in row * 5..<row * 5 + 5 {
                scores.elements[place] = .nan
                targets.elements[place] = .infinity
            }
        }
        func check(_ found: Loss, _ expected: Loss) {
            #expect(found.value == expected.value)
            #expect(found.count == expected.count)
            let gradient = found.gradient.reshaped([12, 5])
            for row in 0..<12 {
                let place = rows.firstIndex(of: row)
                expectEqual(
                    gradient.slice(row).elements,
                    place.map { expected.gradient.slice($0).elements } ?? [0, 0, 0, 0, 0])
            }
        }
        func real(_ x: Tensor) -> Tensor { Tensor(stacking: rows.map { x.slice($0) }) }
        let shape = [3, 4, 5]
        check(
            CrossEntropyLoss(labelSmoothing: 0.2)(scores.reshaped(shape), labels, lengths: lengths),
            CrossEntropyLoss(labelSmoothing: 0.2)(real(scores), rows.map { labels[$0] }))
        check(
            MSELoss()(scores.reshaped(shape), targets.reshaped(shape), lengths: lengths),
            MSELoss()(real(scores), real(targets)))
        let rowsOfNumbers = MSELoss()(
            Tensor([[1, .nan], [1, 3]]), Tensor([[0, 0], [0, 0]]), lengths: [1, 2])
        expectClose([rowsOfNumbers.value], [11.0 / 3])
    }

    @Test
    func `without counted steps the value and gradient are zero`() {
        let scores = Tensor(shape: [2, 3, 4], repeating: .nan)
        let found = CrossEntropyLoss()(scores, .init(repeating: -1, count: 6), lengths: [0, 0])
        #expect(found == Loss(value: 0, count: 0, gradient: Tensor(shape: [2, 3, 4])))
        #expect(MSELoss()(scores, scores, lengths: [0, 0]) == found)
        #expect(CrossEntropyLoss()(Tensor(shape: [0, 4]), []).value == 0)
        #expect(MSELoss()(Tensor(shape: [0, 4]), Tensor(shape: [0, 4])).value == 0)
    }

    @Test
    func `scores of any size neither overflow nor lose the loss`() {
        let scores = Tensor([[3e38, -3e38], [3e38, -3e38], [1000, 0], [-1000, -1001]])
        let found = CrossEntropyLoss()(scores, [1, 0, 1, 0])
        let expected = (2 * Double(Float(3e38)) + 1000 + log1p(exp(-1))) / 4
        expectClose([found.value], [expected], relative: 1e-14)
        let small = 0.25 / (1 + exp(1))
        expectClose(found.gradient.elements, [0.25, -0.25, 0, 0, 0.25, -0.25, -small, small], absolute: 1e-8)
    }

    @Test
    func `classes with a score of -∞ count nothing unless they are the label, and NaN counts`() {
        let ruledOut = CrossEntropyLoss()(Tensor([[1, -.infinity, 1]]), [0])
        expectClose([ruledOut.value], [0.6931471805599453], absolute: 1e-15)
        expectClose(ruledOut.gradient.elements, [-0.5, 0, 0.5])
        #expect(CrossEntropyLoss()(Tensor([[1, -.infinity, 1]]), [1]).value == .infinity)
        for place in 0..<3 {
            var scores = Tensor([[1, 2, 3], [1, 2, 3]])
            scores[1, place] = .nan
            let found = CrossEntropyLoss()(scores, [0, 0])
            #expect(found.value.isNaN)
            #expect(found.gradient.slice(1).elements.allSatisfy { $0.isNaN })
            #expect(found.gradient.slice(0).elements.allSatisfy { !$0.isNaN })
        }
        #expect(MSELoss()(Tensor([[.nan]]), Tensor([[1]])).value.isNaN)
    }

    @Test
    func `labels, lengths and shapes that do not match trap`() async {
        await #expect(processExitsWith: .failure) { _ = CrossEntropyLoss()(Tensor(shape: [1, 3]), [3]) }
        await #expect(processExitsWith: .failure) { _ = CrossEntropyLoss()(Tensor(shape: [1, 3]), [-1]) }
        await #expect(processExitsWith: .failure) { _ = CrossEntropyLoss()(Tensor(shape: [2, 3]), [0]) }
        await #expect(processExitsWith: .failure) { _ = CrossEntropyLoss()(Tensor(shape: [3]), [0]) }
        await #expect(processExitsWith: .failure) {
            _ = CrossEntropyLoss()(Tensor(shape: [1, 3]), [0], lengths: [1])
        }
        await #expect(processExitsWith: .failure) {
            _ = CrossEntropyLoss()(Tensor(shape: [1, 2, 3]), [0, 0], lengths: [3])
        }
        await #expect(processExitsWith: .failure) { _ = CrossEntropyLoss(labelSmoothing: 1.1) }
        await #expect(processExitsWith: .failure) {
            _ = MSELoss()(Tensor(shape: [2, 3]), Tensor(shape: [3, 2]))
        }
        await #expect(processExitsWith: .failure) {
            _ = MSELoss()(Tensor(shape: [2]), Tensor(shape: [2]), lengths: [1, 1])
        }
    }
}

/// Returns central differences in `Double`.
private func differences(_ numbers: [Double], _ scalar: ([Double]) -> Double) -> [Double] {
    numbers.indices.map { index in
        var moved = numbers
        func at(_ step: Double) -> Double {
            moved[index] = numbers[index] + step
            return scalar(moved)
        }
        return (at(1e-5) - at(-1e-5)) / 2e-5
    }
}

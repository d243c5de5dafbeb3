import TestSupport
import Testing

@testable import NeuralNetworks

/// Layers that output their input: ReLU layers with weights of one and no state. For positive input, the output of a
/// stack of two layers is the dropout mask.
private struct Probe {
    let layer: RecurrentLayer<AnyKind>
    let features: Int

    init(
        features: Int, layers: Int = 2, dropout: Double, seed: UInt64 = 0, bidirectional: Bool = false,
        set: InstructionSet = .best
    ) {
        self.features = features
        layer = RecurrentLayer(
            RecurrentStack(
                .rnnReLU, inputSize: features, hiddenSize: features, numLayers: layers, bias: .none,
                dropout: dropout, bidirectional: bidirectional), batchFirst: true, seed: seed,
            instructionSet: set)
        for parameter in layer.layout.parameters {
            var weight = Tensor(shape: parameter.shape)
            if parameter.name.contains("_ih_") {
                // An upper layer reads the half of its own direction.
                let isUpperReverse = parameter.name.hasSuffix("reverse") && parameter.shape[1] > features
                for unit in 0..<features { weight[unit, unit + (isUpperReverse ? features : 0)] = 1 }
            }
            layer[parameter.name] = weight
        }
    }

    func ones(_ batch: Int, _ steps: Int) -> Tensor { Tensor(shape: [batch, steps, features], repeating: 1) }

    /// Returns the mask (N, L, directions · features), zero or 1/(1-p).
    func mask(batch: Int, steps: Int, step: Int = 0, lengths: [Int]? = nil) -> Tensor {
        layer.forward(ones(batch, steps), lengths: lengths, step: step).output
    }
}

@Suite("Dropout between layers")
struct RecurrentDropoutTests {
    @Test(
        arguments: [0.1, 0.25, 0.5, 0.9],
        InstructionSet.available)
    func `the fraction of zeros is the probability and the rest is scaled`(
        _ probability: Double, _ set: InstructionSet
    ) {
        let probe = Probe(features: 24, dropout: probability, set: set)
        let mask = probe.mask(batch: 64, steps: 32).elements
        let scale = 1 / (1 - Float(probability))
        #expect(mask.allSatisfy { $0 == 0 || $0 == scale })
        let zeros = Double(mask.count { $0 == 0 })
        let deviation = (Double(mask.count) * probability * (1 - probability)).squareRoot()
        #expect(abs(zeros - Double(mask.count) * probability) < 4 * deviation)
    }

    @Test(arguments: InstructionSet.available)
    func `the mask equals the reference's`(_ set: InstructionSet) {
        let probe = Probe(features: 5, layers: 3, dropout: 0.25, seed: 7, bidirectional: true, set: set)
        let mask = probe.mask(batch: 35, steps: 4, step: 9)
        for n in 0..<35 {
            let dropout = ReferenceDropout(0.25, layers: 3, seed: 7, step: 9, sequence: n)
            let factors = (0..<40).map {
                dropout.factor(layer: 0, place: $0) * dropout.factor(layer: 1, place: $0)
            }
            expectClose(mask.slice(n).elements.map(Double.init), factors, absolute: 0, relative: 1e-6)
        }
    }

    @Test
    func `another seed, step, sequence or layer has another mask`() {
        let masks =
            [(0, 0), (0, 1), (1, 0)].map { seed, step in
                Probe(features: 8, dropout: 0.5, seed: UInt64(seed)).mask(batch: 2, steps: 16, step: step)
            }.flatMap { [$0.slice(0).elements, $0.slice(1).elements] }
        let dropout = ReferenceDropout(0.5, layers: 3, seed: 0, step: 0, sequence: 0)
        let layers = (0..<2).map { layer in
            (0..<128).map { Float(dropout.factor(layer: layer, place: $0)) }
        }
        let all = masks + [layers[1]]
        #expect(masks[0] == layers[0])
        for (index, first) in all.enumerated() {
            for second in all[..<index] {
                // The expected number of equal bits is 64 ± 5.7 of 128.
                let equal = zip(first, second).count { $0 == $1 }
                #expect((36...92).contains(equal))
            }
        }
    }

    @Test
    func `the mask depends on nothing else`() {
        let probe = Probe(features: 8, dropout: 0.5, seed: 3)
        let expected = probe.mask(batch: 40, steps: 6, step: 5)
        // The mask is computed again after other steps and batches.
        _ = probe.mask(batch: 3, steps: 2, step: 6)
        #expect(probe.mask(batch: 40, steps: 6, step: 5) == expected)
        // A smaller batch, fewer steps, and shorter sequences.
        let smaller = probe.mask(batch: 34, steps: 6, step: 5)
        let fewer = probe.mask(batch: 34, steps: 4, step: 5)
        let shorter = probe.mask(batch: 34, steps: 6, step: 5, lengths: (0..<34).map { 1 + $0 % 6 })
        for n in 0..<34 {
            let mask = expected.slice(n).elements
            #expect(smaller.slice(n).elements == mask)
            #expect(fewer.slice(n).elements == Array(mask[..<32]))
            let valid = (1 + n % 6) * 8
            #expect(shorter.slice(n).elements == mask[..<valid] + [Float](repeating: 0, count: 48 - valid))
        }
        // Another instruction set and other inputs.
        for set in InstructionSet.available {
            let other = Probe(features: 8, dropout: 0.5, seed: 3, set: set)
            #expect(other.mask(batch: 40, steps: 6, step: 5) == expected)
        }
        let twos = Tensor(shape: [40, 6, 8], repeating: 2)
        let doubled = probe.layer.forward(twos, step: 5).output.elements
        #expect(doubled == expected.elements.map { 2 * $0 })
    }

    @Test
    func `there is no dropout in inference and after the last layer`() {
        let probe = Probe(features: 8, dropout: 0.5)
        #expect(probe.layer(probe.ones(3, 4)).output == probe.ones(3, 4))
        let single = Probe(features: 8, layers: 1, dropout: 0.5)
        #expect(single.layer.forward(single.ones(3, 4)).output == single.ones(3, 4))
    }

    @Test
    func `training with dropout needs the number of the step`() async {
        await #expect(processExitsWith: .failure) {
            let lstm = LSTM(inputSize: 2, hiddenSize: 3, numLayers: 2, dropout: 0.5)
            _ = lstm.forward(Tensor(shape: [4, 5, 2]))
        }
    }

    @Test
    func `the error of a missing step says what to do`() async throws {
        let result = try await #require(
            processExitsWith: .failure, observing: [\.standardErrorContent]
        ) {
            let lstm = LSTM(inputSize: 2, hiddenSize: 3, numLayers: 2, dropout: 0.5)
            _ = lstm.forward(Tensor(shape: [4, 5, 2]))
        }
        #expect(
            String(decoding: result.standardErrorContent, as: UTF8.self).contains(
                "expected the number of the training step, because the layer has dropout; add step:"))
    }

    @Test
    func `backward uses the mask of forward`() {
        let probe = Probe(features: 8, dropout: 0.5)
        let pass = probe.layer.forward(probe.ones(40, 6), step: 2)
        // Another pass in between has another mask.
        _ = probe.layer.forward(probe.ones(40, 6), step: 3)
        #expect(pass.backward(probe.ones(40, 6)).input == pass.output)
    }

    /// The reference's gradients with dropout are compared with finite differences in `ReferenceTests`.
    @Test(
        arguments: RecurrentCell.allCases,
        InstructionSet.available)
    func `outputs and gradients equal the reference`(_ cell: RecurrentCell, _ set: InstructionSet) {
        for hasLengths in [true, false] {
            var problem = RecurrentProblem(
                RecurrentStack(
                    cell, inputSize: 3, hiddenSize: 5, numLayers: 3, dropout: 0.25, bidirectional: true),
                batch: 33, steps: 2, hasLengths: hasLengths)
            (problem.seed, problem.step) = (11, 6)
            let expected = problem.solvedByReference()
            for (found, expected) in zip(problem.solved(by: set).arrays, expected.arrays) {
                // Gradients of parameters are sums over all sequences and steps.
                expectClose(
                    found.numbers, expected.numbers,
                    absolute: expected.name == "grad.parameters" ? 4e-6 : 2e-6, "\(expected.name)")
            }
        }
    }

    @Test
    func `a stack of one layer warns that dropout has no effect`() {
        func warning(_ layers: Int, _ dropout: Double) -> String? {
            RecurrentStack(.gru, inputSize: 1, hiddenSize: 1, numLayers: layers, dropout: dropout)
                .idleDropoutWarning
        }
        #expect(
            warning(1, 0.5)
                == "dropout 0.5 has no effect in a stack of one layer: it stands between layers")
        #expect(warning(2, 0.5) == nil)
        #expect(warning(1, 0) == nil)
    }

    @Test
    func `the warning about dropout goes to standard error`() async throws {
        let result = try await #require(
            processExitsWith: .success, observing: [\.standardErrorContent]
        ) {
            _ = LSTM(inputSize: 1, hiddenSize: 1, dropout: 0.5)
        }
        let text = String(decoding: result.standardErrorContent, as: UTF8.self)
        #expect(text.contains("Warning: dropout 0.5 has no effect in a stack of one layer"))
    }
}

/// Rows of random bits with probability one half; hashes of neighbouring keys and counters must have the same
/// statistics.
@Suite("Dropout masks are random")
struct DropoutRandomnessTests {
    static let (batch, steps, features) = (128, 16, 32)
    static let mask = Probe(features: features, dropout: 0.5, seed: 1)
        .mask(batch: batch, steps: steps).elements.map { $0 > 0 }

    static func at(_ n: Int, _ t: Int, _ feature: Int) -> Bool { mask[(n * steps + t) * features + feature] }

    /// Returns Σ (kept - half)² / (quarter of the trials). The expected value is the number of groups k, and the
    /// standard deviation is √(2k).
    static func chiSquare(groups: Int, size: Int, kept: (Int) -> Int) -> Double {
        (0..<groups).reduce(0) { sum, group in
            let difference = Double(kept(group)) - Double(size) / 2
            return sum + difference * difference / (Double(size) / 4)
        }
    }

    @Test(arguments: [0, 1, 2])
    func `each sequence, step and feature keeps about half`(dimension: Int) {
        let count = [Self.batch, Self.steps, Self.features][dimension]
        var kept = [Int](repeating: 0, count: count)
        for (index, isKept) in Self.mask.enumerated() where isKept {
            let place = [
                index / (Self.steps * Self.features), index / Self.features % Self.steps,
                index % Self.features,
            ]
            kept[place[dimension]] += 1
        }
        let sum = Self.chiSquare(groups: count, size: Self.mask.count / count) { kept[$0] }
        #expect(abs(sum - Double(count)) < 4 * (2 * Double(count)).squareRoot(), "\(sum) of \(count)")
    }

    /// Neighbours in the batch have different keys; neighbours in time and features have neighbouring counters.
    @Test(arguments: [(1, 0, 0), (0, 1, 0), (0, 0, 1), (0, 0, 2)])
    func `neighbours are independent`(_ distance: (n: Int, t: Int, feature: Int)) {
        var (equal, count) = (0, 0)
        for n in 0..<Self.batch - distance.n {
            for t in 0..<Self.steps - distance.t {
                for feature in 0..<Self.features - distance.feature {
                    let isKept = Self.at(n + distance.n, t + distance.t, feature + distance.feature)
                    if Self.at(n, t, feature) == isKept { equal += 1 }
                    count += 1
                }
            }
        }
        let deviation = Double(count).squareRoot() / 2
        #expect(abs(Double(equal) - Double(count) / 2) < 4 * deviation, "\(equal) of \(count)")
    }

    @Test
    func `neighbouring training steps are independent`() {
        let probe = Probe(features: Self.features, dropout: 0.5, seed: 1)
        let next = probe.mask(batch: Self.batch, steps: Self.steps, step: 1).elements.map { $0 > 0 }
        let equal = Double(zip(Self.mask, next).count { $0 == $1 })
        let count = Double(next.count)
        #expect(abs(equal - count / 2) < 2 * count.squareRoot())
    }
}

import Datasets
import NeuralNetworks
import Randomness

@testable import Training

/// Strings of 1 to `longest` symbols, all different, with the strings in reverse.
func reversedStrings(_ count: Int, symbols: Int, longest: Int) throws -> SequencePairs {
    var generator = SplitMix64(7)
    var strings: [[Int]] = []
    var known = Set<[Int]>()
    while strings.count < count {
        let string = (0...generator.nextIndex(below: longest)).map { _ in
            generator.nextIndex(below: symbols)
        }
        if known.insert(string).inserted { strings.append(string) }
    }
    return try SequencePairs(
        .symbols(strings, count: symbols),
        targets: .symbols(strings.map { $0.reversed() }, count: symbols))
}

/// Pairs of unequal lengths of every combination of symbols and values, by index 0 to 3.
func unequalPairs(_ kind: Int, count: Int = 7) throws -> SequencePairs {
    func side(_ isValues: Bool, symbols: Int, channels: Int, lengths: (Int) -> Int) -> SequencePairs.Sequences
    {
        let rows = (0..<count).map { index in
            (0..<lengths(index) * (isValues ? channels : 1)).map { ($0 * 37 + index * 101) % 64 }
        }
        return isValues
            ? .values(rows.map { $0.map { Float($0) / 32 - 1 } }, channels: channels)
            : .symbols(rows.map { $0.map { $0 % symbols } }, count: symbols)
    }
    return try SequencePairs(
        side(kind & 1 == 1, symbols: 5, channels: 3) { 1 + $0 * 5 % 6 },
        targets: side(kind & 2 == 2, symbols: 4, channels: 2) { 1 + $0 * 3 % 5 })
}

/// A model of the pairs, with unequal sizes.
func encoderDecoder(
    _ cell: RecurrentCell, for pairs: SequencePairs, dropout: Double = 0, seed: UInt64 = 1
) -> EncoderDecoder {
    EncoderDecoder(
        cell, inputs: pairs.inputs, targets: pairs.targets, hiddenSize: 5, embeddingSize: 3, numLayers: 2,
        dropout: dropout, seed: seed)
}

extension SequencePairs {
    /// A batch of all pairs.
    var all: SequenceBatch { batch(at: Array(0..<count)) }

    /// The loss for their targets.
    var loss: any TrainingLoss {
        if case .symbols = targets { CrossEntropyLoss() } else { MSELoss() }
    }
}

extension SequencePair.Steps {
    /// The symbols; nil if the steps are values.
    var symbols: [Int]? { if case .symbols(let symbols) = self { symbols } else { nil } }
}

extension EncoderDecoder {
    /// Makes every parameter different, including biases.
    func randomize(bound: Float) {
        var generator = SplitMix64(11)
        for (_, module) in namedModules {
            module.parameters.assign(
                module.parameters.elements.map { _ in generator.nextSymmetric(bound: bound) })
        }
    }
}

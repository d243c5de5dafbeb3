import Testing

@testable import Datasets

@Suite("Pairs of sequences")
struct SequencePairsTests {
    private static let words = [[3, 1, 2], [0], [2, 2, 0, 1]]
    private static let values: [[Float]] = [[1, 2, 3, 4], [5, 6], [7, 8, 9, 10, 11, 12]]

    private static func message(
        _ inputs: SequencePairs.Sequences, _ targets: SequencePairs.Sequences
    ) -> String {
        do {
            _ = try SequencePairs(inputs, targets: targets)
            return "no error"
        } catch {
            return "\(error)"
        }
    }

    @Test func `symbols and values are kept on both sides`() throws {
        let translated = try SequencePairs(.symbols(Self.words), targets: .symbols([[0, 0], [1], [0]]))
        #expect(translated.count == 3)
        #expect(translated.inputs == .symbols(4) && translated.targets == .symbols(2))
        #expect(translated[2] == SequencePair(input: .symbols([2, 2, 0, 1]), target: .symbols([0])))

        let spoken = try SequencePairs(
            .symbols(Self.words, count: 9), targets: .values(Self.values, channels: 2))
        #expect(spoken.inputs == .symbols(9) && spoken.targets == .values(2))
        #expect(spoken[1] == SequencePair(input: .symbols([0]), target: .values([5, 6])))

        let heard = try SequencePairs(.values(Self.values, channels: 1), targets: .symbols(Self.words))
        #expect(heard.inputs == .values(1) && heard[0].input == .values([1, 2, 3, 4]))
    }

    @Test func `parts keep their pairs and weights`() throws {
        let pairs = try SequencePairs(
            .symbols((0..<20).map { [$0, $0] }), targets: .symbols((0..<20).map { [19 - $0] })
        ).weighted(by: (0..<20).map { Float($0) })
        let (train, test) = pairs.split(test: 0.25, seed: 3)
        #expect(train.count == 15 && test.count == 5)
        var seen = Set<Int>()
        for part in [train, test] {
            #expect(part.inputs == .symbols(20) && part.targets == .symbols(20))
            for index in 0..<part.count {
                guard case .symbols(let input) = part[index].input else { continue }
                #expect(part[index].target == .symbols([19 - input[0]]))
                #expect(part.weights?[index] == Float(input[0]))
                seen.insert(input[0])
            }
        }
        #expect(seen.count == 20)
        #expect(pairs.split(test: 0.25, seed: 3).test[0] == test[0])
        #expect((4..<9).contains { pairs.split(test: 0.25, seed: $0).test[0] != test[0] })
        let nested = train.pairs(at: [2, 0]).pairs(at: [1])
        #expect(nested.count == 1 && nested[0] == train[0] && nested.weights == [train.weights![0]])
    }

    /// The order of a split is a promise: a model that is trained again is evaluated on the same samples.
    @Test func `pairs and sequences without classes are split alike`() throws {
        let numbers = (0..<12).map { [Float($0)] }
        let pairs = try SequencePairs(
            .values(numbers, channels: 1), targets: .values(numbers, channels: 1))
        let sequences = try LabeledSequences(numbers, channels: 1, values: numbers)
        let (first, second) = (pairs.split(test: 0.3, seed: 8), sequences.split(test: 0.3, seed: 8))
        #expect(
            (0..<4).map { first.test[$0].input } == (0..<4).map { .values(second.test[$0].values) })
        #expect(first.test.count == 4 && second.train.count == 8)
    }

    @Test func `symbols that a model cannot read are an error that says where`() {
        #expect(
            Self.message(.symbols([[0, 1], [-1]]), .symbols([[0], [0]]))
                == "sequence 1: symbols: expected symbols from 0 to 1, found -1 at step 0")
        #expect(
            Self.message(.symbols([[0, 1], [0]], count: 1), .symbols([[0], [0]]))
                == "sequence 0: symbols: expected symbols from 0 to 0, found 1 at step 1")
        #expect(
            Self.message(.symbols([[0], [0]]), .symbols([[0], [4, 5]], count: 5))
                == "sequence 1: targets: expected symbols from 0 to 4, found 5 at step 1")
        #expect(
            Self.message(.symbols([[.max]]), .symbols([[0]]))
                == "symbols: expected 1 to 65536 different symbols, found 9223372036854775807")
        #expect(
            Self.message(.symbols([[0]]), .symbols([[0]], count: 0))
                == "targets: expected 1 to 65536 different symbols, found 0")
        #expect(
            Self.message(.symbols([[0], []]), .symbols([[0], [1]]))
                == "sequence 1: length: expected 1 to 65536 steps, found 0")
        #expect(
            Self.message(.symbols([[0], [1]]), .symbols([[0], []]))
                == "sequence 1: targets: expected 1 to 65536 steps, found 0")
        #expect(
            Self.message(.symbols([[0], [1]]), .symbols([[Int](repeating: 0, count: 65_537), [1]]))
                == "sequence 0: targets: expected 1 to 65536 steps, found 65537")
    }

    @Test func `values that a model cannot read, and counts that differ, are errors`() {
        let one: SequencePairs.Sequences = .symbols([[0]])
        #expect(
            Self.message(.values([[1, 2, 3]], channels: 2), one)
                == "sequence 0: values: expected a multiple of 2 values, as there are channels, found 3")
        #expect(
            Self.message(.values([[1, 2, .nan, 3]], channels: 2), one)
                == "sequence 0: a value: expected finite values, found nan at step 1, channel 0")
        #expect(
            Self.message(one, .values([[1, 2, 3, -.infinity]], channels: 2))
                == "sequence 0: targets: expected finite values, found -inf at step 1, channel 1")
        #expect(
            Self.message(.values([[1]], channels: 0), one)
                == "channels: expected 1 to 65536 values of a step, found 0")
        #expect(
            Self.message(one, .values([[]], channels: 1))
                == "sequence 0: targets: expected 1 to 65536 steps, found 0")
        #expect(
            Self.message(.symbols([]), .symbols([])) == "sequences: expected at least one sequence, found 0")
        #expect(
            Self.message(.symbols([[0], [1]]), one) == "targets: expected 2, one for each sequence, found 1")
        #expect(Self.message(one, .symbols([])) == "targets: expected 1, one for each sequence, found 0")
    }

    @Test func `weights that cannot be used are errors`() throws {
        let pairs = try SequencePairs(.symbols(Self.words), targets: .symbols(Self.words))
        func message(_ weights: [Float]) -> String {
            do {
                _ = try pairs.weighted(by: weights)
                return "no error"
            } catch {
                return "\(error)"
            }
        }
        #expect(message([1, 2]) == "weights: expected 3, one for each sequence, found 2")
        #expect(
            message([1, 1, -1])
                == "sequence 2: weights: expected 0, or a number from 1e-20 to 1e20, found -1.0")
        #expect(message([0, 0, 0]) == "weights: expected one above 0, found only 0")
        #expect(message([0, 0, 2]) == "no error")
    }
}

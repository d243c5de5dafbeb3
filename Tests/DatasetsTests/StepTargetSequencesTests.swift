import Testing

@testable import Datasets

@Suite("Sequences with targets at each step, and weights")
struct StepTargetSequencesTests {
    private static let readings: [[Float]] = [[1, 2, 3, 4], [5, 6], [7, 8, 9, 10, 11, 12]]

    private static func message(_ body: () throws(SequenceError) -> Void) -> String {
        do {
            try body()
            return "no error"
        } catch {
            return "\(error)"
        }
    }

    @Test func `sequences keep the class of each step`() throws {
        let sequences = try LabeledSequences(
            Self.readings, channels: 2, stepLabels: [[0, 2], [1], [2, 2, 0]])
        #expect(sequences.targets == .stepClasses(["0", "1", "2"]) && sequences.hasStepTargets)
        #expect(sequences[0].target == .stepLabels([0, 2]) && sequences[2].target == .stepLabels([2, 2, 0]))
        let some = sequences.sequences(at: [2, 1])
        #expect(some[0].target == .stepLabels([2, 2, 0]) && some[1].target == .stepLabels([1]))
        #expect(sequences.classCounts == [2, 1, 3] && some.classCounts == [1, 1, 2])
        let (train, test) = sequences.split(test: 0.4, seed: 1)
        #expect(train.count == 2 && test.count == 1)
    }

    @Test func `sequences keep the values of each step`() throws {
        let sequences = try LabeledSequences(
            Self.readings, channels: 2, stepValues: [[1, 2, 3, 4], [5, 6], [7, 8, 9, 0, 1, 2]], valueCount: 2)
        #expect(sequences.targets == .stepValues(2))
        #expect(sequences[1].target == .stepValues([5, 6]))
        #expect(sequences.sequences(at: [2])[0].target == .stepValues([7, 8, 9, 0, 1, 2]))
        #expect(sequences.classCounts == [])
    }

    @Test func `targets that do not fit the steps are an error that says where`() {
        func labels(_ labels: [[Int]], channels: Int = 2, names: [String]? = nil) -> String {
            Self.message { () throws(SequenceError) in
                _ = try LabeledSequences(
                    Self.readings, channels: channels, stepLabels: labels, classNames: names)
            }
        }
        func values(_ values: [[Float]], _ count: Int = 1) -> String {
            Self.message { () throws(SequenceError) in
                _ = try LabeledSequences(
                    Self.readings, channels: 2, stepValues: values, valueCount: count)
            }
        }
        #expect(
            labels([[0, 1], [1], [0, 1]])
                == "sequence 2: targets: expected 3, as it has 3 steps, found 2")
        #expect(
            labels([[0, 1], [1, 0], [0, 1, 1]])
                == "sequence 1: targets: expected 1, as it has 1 steps, found 2")
        #expect(labels([[0, 1], [1]]) == "targets: expected 3, one for each sequence, found 2")
        #expect(
            labels([[0, 1], [-1], [0, 1, 1]]) == "sequence 1: label: expected a class from 0 to 1, found -1")
        #expect(
            labels([[0, 1], [1], [0, 2, 1]], names: ["a", "b"])
                == "sequence 2: label: expected a class from 0 to 1, found 2")
        #expect(
            labels([[0, 1], [.max], [0, 1, 1]]).hasPrefix(
                "classes: expected 2 to 256, found 9223372036854775807"))
        #expect(labels([[], [], []]) == "classes: expected 2 to 256, found 1")
        #expect(labels([[0, 1], [1], [0, 1, 1]], channels: 0) == "channels: expected 1 to 65536, found 0")
        #expect(
            values([[1, 2], [3], [4, 5]]) == "sequence 2: targets: expected 3, as it has 3 steps, found 2")
        #expect(
            values([[1, 2], [.nan], [4, 5, 6]])
                == "sequence 1: targets: expected finite values, found nan")
        #expect(
            values([[1, 2], [3], [4, 5, 6]], 0)
                == "targets: expected 1 to 65536 values for each step, found 0")
    }

    @Test func `weights belong to their sequences`() throws {
        let sequences = try LabeledSequences(Self.readings, channels: 2, labels: [1, 0, 1])
        #expect(sequences.weightMemory == nil)
        let weighted = try sequences.weighted(by: [0, 2, 0.5])
        #expect((0..<3).map { weighted.weightMemory![$0] } == [0, 2, 0.5])
        #expect((0..<3).allSatisfy { weighted[$0] == sequences[$0] })
        let some = weighted.sequences(at: [2, 1])
        #expect((0..<2).map { some.weightMemory![$0] } == [0.5, 2])
    }

    @Test func `weights that cannot be used are errors`() throws {
        let sequences = try LabeledSequences(Self.readings, channels: 2, labels: [1, 0, 1])
        func weights(_ weights: [Float]) -> String {
            Self.message { () throws(SequenceError) in _ = try sequences.weighted(by: weights) }
        }
        #expect(weights([1, 2]) == "weights: expected 3, one for each sequence, found 2")
        #expect(
            weights([1, -2, 3])
                == "sequence 1: weights: expected 0, or a number from 1e-20 to 1e20, found -2.0")
        #expect(
            weights([.nan, 2, 3])
                == "sequence 0: weights: expected 0, or a number from 1e-20 to 1e20, found nan")
        #expect(weights([1, 1e-30, 3]).hasPrefix("sequence 1: weights: expected 0, or a number from 1e-20"))
        #expect(weights([0, 0, 0]) == "weights: expected one above 0, found only 0")
    }
}

import Testing

@testable import Datasets

@Suite("Sequences with targets")
struct LabeledSequencesTests {
    private static let readings: [[Float]] = [[1, 2, 3, 4], [5, 6], [7, 8, 9, 10, 11, 12]]

    @Test func `sequences keep their values, lengths and labels`() throws {
        let sequences = try LabeledSequences(Self.readings, channels: 2, labels: [2, 0, 2])
        #expect(sequences.count == 3 && sequences.channels == 2 && sequences.longest == 3)
        #expect(sequences.stepCount == 6)
        #expect(sequences.targets == .classes(["0", "1", "2"]))
        #expect((0..<3).map { sequences[$0].values } == Self.readings)
        #expect((0..<3).map { sequences[$0].length } == [2, 1, 3])
        #expect((0..<3).map { sequences[$0].target } == [.label(2), .label(0), .label(2)])
    }

    @Test func `sequences keep their values to compute`() throws {
        let sequences = try LabeledSequences(Self.readings, channels: 1, values: [[1, 2], [3, 4], [5, 6]])
        #expect(sequences.targets == .values(2) && sequences.longest == 6)
        #expect(sequences[1].target == .values([3, 4]) && sequences[1].length == 2)
        let some = sequences.sequences(at: [2, 0])
        #expect(some.count == 2 && some.longest == 6)
        #expect(some[0].values == Self.readings[2] && some[0].target == .values([5, 6]))
        #expect(some[1].values == Self.readings[0] && some[1].target == .values([1, 2]))
    }

    @Test func `sequences without use for training are an error that says where`() {
        func message(
            _ sequences: [[Float]], channels: Int = 2, labels: [Int], names: [String]? = nil
        ) -> String {
            do throws(SequenceError) {
                _ = try LabeledSequences(sequences, channels: channels, labels: labels, classNames: names)
                return "no error"
            } catch {
                return "\(error)"
            }
        }
        let one: [Float] = [1, 2]
        #expect(
            message([one, []], labels: [0, 1]) == "sequence 1: length: expected 1 to 65536 steps, found 0")
        #expect(
            message([one, [1, 2, 3]], labels: [0, 1])
                == "sequence 1: values: expected a multiple of 2 values, as there are channels, found 3")
        #expect(
            message([one, [1, 2, 3, .nan]], labels: [0, 1])
                == "sequence 1: a value: expected finite values, found nan at step 1, channel 1")
        #expect(
            message([one, [-.infinity, 2]], labels: [0, 1])
                == "sequence 1: a value: expected finite values, found -inf at step 0, channel 0")
        #expect(
            message([one, one], labels: [0, 1, 1]) == "targets: expected 2, one for each sequence, found 3")
        #expect(message([], labels: [0, 1]) == "sequences: expected at least one sequence, found 0")
        #expect(message([one, one], labels: [0, 0]) == "classes: expected 2 to 256, found 1")
        #expect(message([one, one], labels: [0, 256]) == "classes: expected 2 to 256, found 257")
        #expect(message([one, one], labels: [0, -1]) == "classes: expected 2 to 256, found 1")
        #expect(
            message([one, one], labels: [1, -1])
                == "sequence 1: label: expected a class from 0 to 1, found -1")
        #expect(
            message([one, one], labels: [0, 2], names: ["a", "b"])
                == "sequence 1: label: expected a class from 0 to 1, found 2")
        #expect(
            message([one, one], labels: [0, 1], names: ["a", "a"])
                == #"classes: expected different names, found ["a", "a"]"#)
        #expect(
            message([one, one], channels: 0, labels: [0, 1]) == "channels: expected 1 to 65536, found 0")
        #expect(
            message([.init(repeating: 0, count: 2 * 65_537), one], labels: [0, 1])
                == "sequence 0: length: expected 1 to 65536 steps, found 65537")
    }

    @Test func `values to compute that cannot be used are errors`() {
        func message(_ values: [[Float]]) -> String {
            do throws(SequenceError) {
                _ = try LabeledSequences(Self.readings, channels: 2, values: values)
                return "no error"
            } catch {
                return "\(error)"
            }
        }
        #expect(message([[1], [2]]) == "targets: expected 3, one for each sequence, found 2")
        #expect(message([[1], [2], [3, 4]]) == "sequence 2: targets: expected 1 values, found 2")
        #expect(message([[], [], []]) == "sequence 0: targets: expected 1 values, found 0")
        #expect(message([[1], [.nan], [3]]) == "sequence 1: targets: expected finite values, found nan")
    }

    @Test(arguments: [0.1, 0.25, 0.5, 0.9])
    func `a split has the same fraction of each class`(_ fraction: Double) throws {
        // 60 sequences of class 0, 30 of class 1, 10 of class 2.
        let labels = (0..<100).map { $0 < 60 ? 0 : $0 < 90 ? 1 : 2 }
        let sequences = try LabeledSequences((0..<100).map { [Float($0)] }, channels: 1, labels: labels)
        let (train, test) = sequences.split(test: fraction, seed: 7)
        for (label, count) in [(0, 60.0), (1, 30), (2, 10)] {
            #expect(abs(Double(test.labels.count { $0 == label }) - count * fraction) < 1)
        }
        #expect(test.count == Int((100 * fraction).rounded()) && train.count + test.count == 100)
        let all = [train, test].flatMap { part in (0..<part.count).map { part[$0].values[0] } }
        #expect(Set(all) == Set((0..<100).map(Float.init)), "each sequence is in one of the sets")
        let again = sequences.split(test: fraction, seed: 7)
        let other = sequences.split(test: fraction, seed: 8)
        func values(_ part: LabeledSequences) -> [Float] { (0..<part.count).map { part[$0].values[0] } }
        #expect(values(again.test) == values(test) && values(other.test) != values(test))
    }

    @Test(arguments: [1, 3, 20, 45, 89])
    func `a number of sequences is set aside exactly, as equally from all classes as possible`(_ number: Int)
        throws
    {
        let sequences = try LabeledSequences(
            (0..<90).map { [Float($0)] }, channels: 1, labels: (0..<90).map { $0 % 9 })
        let (rest, part) = try #require(sequences.settingAside(Double(number), seed: 3))
        #expect(part.count == number && rest.count == 90 - number)
        #expect(part.classCounts.allSatisfy { abs(Double($0) - Double(number) / 9) < 1 })
        #expect(sequences.settingAside(90, seed: 3) == nil)
        #expect(sequences.settingAside(0.04, seed: 3)?.part.count == 4)
    }

    @Test func `both sets of a split have a sequence`() throws {
        let two = try LabeledSequences([[1], [2]], channels: 1, labels: [0, 1])
        for fraction in [0.01, 0.5, 0.99] {
            let (train, test) = two.split(test: fraction, seed: 0)
            #expect(train.count == 1 && test.count == 1)
        }
    }
}

import Datasets
import Foundation
import NeuralNetworks
import Runs
import TestSupport
import Testing
import Training

@testable import SequenceClassification

@Suite("Data of the training on sequences")
struct SequenceTrainingDataTests {
    private let directory = try! TemporaryDirectory()

    /// Writes sequences of one channel, 30 of each class, whose value is their number.
    private func write(_ name: String, _ classes: [String] = ["a", "b"], count: Int = 30) throws -> String {
        let path = directory.file(name)
        let lines = (0..<classes.count * count).map { "\($0):\(classes[$0 % classes.count])" }
        let text =
            "@classLabel true \(classes.joined(separator: " "))\n@data\n" + lines.joined(separator: "\n")
        try Data(text.utf8).write(to: URL(filePath: path))
        return path
    }

    private func data(_ change: (inout SequenceTraining.Options) -> Void) throws -> SequenceTrainingData {
        var options = SequenceTraining.Options()
        change(&options)
        return try SequenceTrainingData(options)
    }

    private func values(_ sequences: LabeledSequences?) -> [Float] {
        sequences.map { all in (0..<all.count).map { all[$0].values[0] } } ?? []
    }

    @Test func `the test set is the same for every seed, the validation set is not`() throws {
        let path = try write("x.ts")
        let sets = try [0, 1].map { seed in
            try data { ($0.data, $0.testShare, $0.validation, $0.seed) = (path, 0.2, 8, seed) }
        }
        #expect(values(sets[0].testSet) == values(sets[1].testSet))
        #expect(values(sets[0].validation) != values(sets[1].validation))
        for set in sets {
            #expect(set.train.count == 40 && set.validation?.count == 8 && set.testSet?.count == 12)
            let all = values(set.train) + values(set.validation) + values(set.testSet)
            #expect(Set(all).count == 60)
            #expect(
                set.testSet?.labels.count { $0 == 0 } == 6 && set.validation?.labels.count { $0 == 0 } == 4)
        }
        #expect(sets[0].fingerprint == sets[1].fingerprint)
    }

    @Test func `the normalization is fitted to the training set alone`() throws {
        let path = try write("x.ts")
        var options = SequenceTraining.Options()
        (options.data, options.testShare, options.validation) = (path, 0.2, 0.25)
        let training = SequenceTraining(options: options)
        let data = try training.data()
        let values = values(data.train)
        let mean = values.reduce(0, +) / Float(values.count)
        let found = try #require(training.model(data).normalization)
        #expect(found == InputNormalization(fitting: data.train))
        #expect(abs(found.mean[0] - mean) < 1e-3 && abs(mean - 29.5) > 1e-3)
    }

    @Test func `a test file beside the training file is the test set, unless another is given`() throws {
        let train = try write("x_TRAIN.ts")
        #expect(try data { $0.data = train }.testSet == nil)
        _ = try write("x_TEST.ts", count: 5)
        let other = try write("other.ts", count: 7)
        #expect(try data { $0.data = train }.testSet?.count == 10)
        #expect(try data { ($0.data, $0.test) = (train, other) }.testSet?.count == 14)
        #expect(try data { ($0.data, $0.testShare) = (train, 0.5) }.testSet?.count == 30)
    }

    @Test func `without an evaluation, the test set is not read, and not trained on either`() throws {
        let train = try write("x_TRAIN.ts")
        let missing = directory.file("none.ts")
        let data = try data { ($0.data, $0.test, $0.noTest) = (train, missing, true) }
        #expect(data.testSet == nil && data.train.count == 60)
        let share = try self.data { ($0.data, $0.testShare) = (train, 0.5) }
        let without = try self.data { ($0.data, $0.testShare, $0.noTest) = (train, 0.5, true) }
        #expect(without.testSet == nil && values(without.train) == values(share.train))
    }

    @Test func `one sequence is named in the singular`() throws {
        let train = try write("x.ts")
        let title = try data { ($0.data, $0.validation) = (train, 1) }.title
        #expect(title.contains(", 59 training sequences, 1 validation sequence, 1 channel, up to 1 step"))
    }

    @Test func `a class without a training sequence is a warning, and one class an error`() throws {
        let path = directory.file("x.ts")
        try Data("@classLabel true a b c\n@data\n1:a\n2:b\n3:a\n".utf8).write(to: URL(filePath: path))
        #expect(
            try data { $0.data = path }.warnings == [
                #"the training set has no sequence of the class "c"; the model learns not to predict it"#
            ])
        let found = error(OptionError.self) { _ = try data { ($0.data, $0.validation) = (path, 2) } }
        #expect(
            found?.description
                == #"expected training sequences of at least 2 classes, found only "a"; use a smaller --test-share or "#
                + "--validation, or give more sequences")
    }

    @Test func `data with another value, length or class have another fingerprint`() throws {
        let texts = ["1:a\n2:b", "1:a\n3:b", "1:a\n2,2:b", "1:b\n2:a"]
        let prints = try texts.map { text in
            let path = directory.file("x.ts")
            try Data("@classLabel true a b\n@data\n\(text)\n".utf8).write(to: URL(filePath: path))
            return try data { $0.data = path }.fingerprint
        }
        #expect(Set(prints).count == texts.count)
    }
}

import Datasets
import Foundation
import Platform
import TestSupport
import Testing

@testable import SequenceFiles

/// The sequences that are part of this repository.
@Suite struct EmbeddedSequencesTests {
    private static func path(_ part: String) -> String {
        Repository.path("datasets/japanese-vowels/JapaneseVowels_\(part).ts.gz")
    }

    @Test(arguments: [
        ("TRAIN", 487_971, "68a430eabd919cc77f40b1f5f3bc0dcafacc1486bca9260785aeb7d262cc78cd"),
        ("TEST", 649_132, "b3d41d6a0ca3bcad3afb9ca7d4365382aa51341e2e58bae2a574babdda5b9462"),
    ])
    func `the content is aeon's`(part: String, bytes: Int, digest: String) throws {
        let text = try GzipReader(InputFile(path: Self.path(part))).readText()
        var hash = SHA256()
        hash.update(text)
        #expect(text.count == bytes && hash.hexDigest == digest)
    }

    /// The counts are in UCI's description, and the values are the first and the last lines of its ae.train and ae.test.
    @Test func `speakers, lengths and values are UCI's`() throws {
        let train = try LabeledSequences(contentsOf: Self.path("TRAIN"))
        let test = try LabeledSequences(contentsOf: Self.path("TEST"))
        func counts(_ sequences: LabeledSequences) -> [Int] {
            (0..<9).map { label in sequences.labels.count { $0 == label } }
        }
        #expect(counts(train) == [30, 30, 30, 30, 30, 30, 30, 30, 30])
        #expect(counts(test) == [31, 35, 88, 44, 29, 24, 40, 50, 29])
        #expect(train.channels == 12 && test.channels == 12)
        #expect(train.stepCount == 4274 && test.stepCount == 5687)
        let lengths = (0..<370).map { test[$0].length }
        #expect(train.longest == 26 && test.longest == 29 && lengths.min() == 7)
        #expect(
            Array(train[0].values.prefix(12)) == [
                1.860936, -0.207383, 0.261557, -0.214562, -0.171253, -0.118167, -0.277557, 0.025668, 0.126701,
                -0.306756, -0.213076, 0.088728,
            ])
        #expect(test[369].length == 11)
        #expect(
            Array(test[369].values.suffix(12)) == [
                1.177449, -0.404080, 0.052026, -0.284812, 0.429840, -0.203484, -0.072393, -0.080955,
                -0.244424, -0.001849, -0.016634, 0.224688,
            ])
    }
}

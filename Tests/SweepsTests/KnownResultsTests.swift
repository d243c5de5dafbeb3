import Foundation
import ImageClassification
import Platform
import Runs
import TestSupport
import Testing

@testable import Sweeps

/// The directory of results that sweeps share.
@Suite("Results computed before")
struct KnownResultsTests {
    private let directory: TemporaryDirectory
    private let results: KnownResults

    init() throws {
        directory = try TemporaryDirectory()
        results = KnownResults(path: directory.path + "/results")
    }

    private static func digest(_ digit: Character) -> String { String(repeating: digit, count: 64) }

    private func receipt(seed: Int = 0, epochs: [Character] = ["a", "b"]) throws -> Receipt {
        var receipt = Receipt(
            program: "mnist-bilstm",
            segments: [.init(firstStep: 0, options: ["seed": .integer(seed)], models: [])],
            data: [.init("train_images", sha256: Self.digest("1"))])
        receipt.epochs = epochs.map(Self.digest)
        receipt.scoredEpoch = 1
        (receipt.scores["accuracy", .validation], receipt.scores["loss", .validation]) = (97.5, 0.25)
        (receipt.scores["accuracy", .train], receipt.scores["loss", .train]) = (98.5, 0.125)
        return try receipt.sealed
    }

    private func result(_ receipt: Receipt, _ outcome: SweepResult.Outcome = .finished) throws -> KnownResult
    {
        try KnownResult(outcome, RunSummary(), receipt)
    }

    @Test func `a stored result is found by its identity, and by no other`() throws {
        let receipt = try receipt()
        let (result, identity) = try (result(receipt), receipt.identity)
        #expect(try results.find(identity) == nil)
        try results.store(result, identity)
        #expect(try results.find(identity) == result)
        #expect(try results.find(self.receipt(seed: 1).identity) == nil)
        // The digests of epochs and the scores are a part of the result, not of the identity.
        #expect(try self.receipt(epochs: []).identity == identity)
        let row = try #require(SweepResult(result, metrics: Program.mnistBiLSTM.metrics))
        #expect(row[.accuracy, .validation] == 97.5 && row.run == nil && row.epochs == 2)
        #expect(row.before?.isChecked == false)
        let read: SweepResult = try JSON.value(from: JSON.text(row))
        #expect(read == row)
    }

    @Test func `the first of two results is kept, and no other file is left`() throws {
        let receipt = try receipt()
        let identity = try receipt.identity
        try results.store(result(receipt), identity)
        try results.store(result(self.receipt(epochs: ["c"])), identity)
        #expect(try results.find(identity)?.receipt == receipt)
        let folder = results.path + "/" + identity.prefix(2)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["\(identity).json"])
    }

    @Test(arguments: [
        ("", "line 1"), ("{}", "format"), ("\"format\" : 2", "expected format 1, found 2"),
        ("\"seconds\" : -1", "expected a training time"), ("\"computed\" : \"yesterday\"", "expected a time"),
        ("\"seconds\" : 7", "expected content of SHA-256"), ("97.25", "expected content of SHA-256"),
    ])
    func `a damaged or changed file is refused by its name`(change: String, reason: String) throws {
        let receipt = try receipt()
        let identity = try receipt.identity
        try results.store(result(receipt), identity)
        let file = results.file(of: identity)
        var text = try text(file)
        if change.contains(":") {
            let key = change.prefix { $0 != ":" }
            text = text.replacing(try Regex("\(key): [^,\n]+"), with: change)
        } else if change == "97.25" {
            text = text.replacing("97.5", with: change)
        } else {
            text = change
        }
        try Data(text.utf8).write(to: URL(filePath: file))
        let error = #expect(throws: SweepError.self) { try results.find(identity) }
        let message = try #require(error).description
        #expect(message.hasPrefix("\(file): ") && message.contains(reason), "\(message)")
        #expect(error?.exitStatus == .badData)
    }

    @Test func `the file of another training and other kinds of files are refused`() throws {
        let (own, other) = (try receipt(), try receipt(seed: 1))
        let file = results.file(of: try own.identity)
        try results.store(result(other), own.identity)
        #expect(
            throws: SweepError.foreignResult(
                file: file, expected: try own.identity, found: try other.identity)
        ) { try results.find(own.identity) }
        try FileManager.default.removeItem(atPath: file)
        try FileManager.default.createSymbolicLink(atPath: file, withDestinationPath: "/etc/passwd")
        #expect(
            throws: SweepError.unusableResult(
                file: file, reason: "expected a regular file, found another kind")
        ) {
            try results.find(own.identity)
        }
    }

    @Test func `the first difference to a repeated training is named`() throws {
        let stored = try result(receipt())
        #expect(try stored.difference(from: result(receipt())) == nil)
        #expect(
            try stored.difference(from: result(receipt(epochs: ["a", "c"])))
                == .epoch(1, expected: Self.digest("b"), found: Self.digest("c")))
        #expect(
            try stored.difference(from: result(receipt(epochs: ["a"])))
                == .epoch(1, expected: Self.digest("b"), found: "none"))
        #expect(
            try stored.difference(from: result(receipt(), .diverged))
                == .value("state", expected: "finished", found: "diverged"))
        var other = try receipt()
        other.scores["loss", .validation] = 0.25.nextUp
        #expect(
            try stored.difference(from: result(other.sealed))
                == .value("validation_loss", expected: "0.25", found: "0.25000000000000006"))
    }

    @Test func `one identity in twenty is checked`() {
        let checked = (0..<20_000).count { number in
            var digest = SHA256()
            digest.update(Array("\(number)".utf8))
            return KnownResult.isChecked(identity: digest.hexDigest)
        }
        #expect((900...1100).contains(checked), "\(checked)")
    }
}

import Foundation
import ImageClassification
import Platform
import Runs
import Sweeps
import TestSupport
import Testing

/// Sweeps that look up entries computed before.
@Suite("Sweeps that look up results", .timeLimit(.minutes(60))) struct SweepLookupTests {
    private let place: Workplace

    init() throws { place = try Workplace(SmallImages(train: 120, test: 50)) }

    private static let options = [
        "--set", "cell=rnn-tanh,gru", "--epochs", "3", "--hidden-size", "2", "--layers", "1", "--readout",
        "last",
        "--batch-size", "20", "--validation", "40", "--log-every", "0",
    ]

    private func sweep(_ name: String, seeds: String = "0-1", _ more: String...) throws -> Tool.Outcome {
        try Tool.run(["sweep", "--name", name, "--seeds", seeds] + Self.options + place.places + more)
    }

    private func path(_ name: String) -> String { place.runs + "/sweeps/" + name }

    private func content(_ name: String) throws -> String { try text(path(name) + "/results.csv") }

    private func directory(_ name: String) -> SweepDirectory {
        SweepDirectory(path: path(name), of: ImageTraining.Options.self)
    }

    /// The files of the directory of results.
    private func stored(in path: String) throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: path).filter { $0.hasSuffix(".json") }
            .map { "\(path)/\($0)" }.sorted()
    }

    @Test func `a second sweep looks up the entries of the first, and has the same results and winner`()
        throws
    {
        let first = try sweep("first")
        #expect(first.exitCode == 0 && !first.output.contains("omputed before"), "\(first.errors)")
        #expect(try stored(in: place.runs + "/results").count == 4)
        let second = try sweep("second", seeds: "0-2")
        #expect(second.exitCode == 0 && second.errors == "", "\(second.errors)")
        #expect(second.output.contains("\nComputed before: "), "\(second.output)")
        let lines = second.lines.filter { $0.hasPrefix("[") && $0.contains("computed before, on 2") }
        #expect(Set(lines.map { $0.split(separator: " ")[1] }).count == 4, "\(lines)")
        // The first hit is always trained again.
        #expect(lines.contains { $0.hasSuffix(", trajectory version 1, and trained again: equal") })
        #expect(try content("second").hasPrefix(content("first")))

        // The same without looking up, and in another directory.
        let alone = try sweep("alone", seeds: "0-2", "--no-lookup")
        #expect(alone.exitCode == 0 && !alone.output.contains("omputed before"))
        #expect(try content("alone") == content("second"))
        let elsewhere = place.path + "/shared"
        let empty = try sweep("empty", seeds: "0-2", "--results", elsewhere)
        #expect(empty.exitCode == 0 && !empty.output.contains("omputed before"))
        #expect(try stored(in: elsewhere).count == 6)
        for name in ["alone", "empty"] {
            #expect(try text(path(name) + "/test.json") == text(path("second") + "/test.json"))
            let winners = try ["second", name].map { try digest(ofWinner: $0) }
            #expect(winners[0] == winners[1])
        }
        let report = try Tool.run(["sweep", "report", "second", "--runs", place.runs, "--language", "ko"])
        #expect(report.exitCode == 0 && report.output.contains("\nComputed before: "), "\(report.errors)")
        #expect(try text(path("second") + "/report.html").contains("이전에 계산한 항목: "))
        let evaluated = try Tool.run(["evaluate", "second", "--runs", place.runs])
        #expect(evaluated.exitCode == 0, "\(evaluated.errors)")
    }

    /// Returns the digest of the weights of the winner's best run.
    private func digest(ofWinner name: String) throws -> String {
        let run = RunDirectory(path: path(name) + "/winner")
        let receipt = try Receipt.read(from: run.receipt)
        return receipt.epochs.joined()
    }

    @Test func `other options, data and seeds are not the same entry`() throws {
        #expect(try sweep("first").exitCode == 0)
        for (name, more) in [("rate", ["--learning-rate", "0.003"]), ("long", ["--epochs", "4"])] {
            var words = Self.options
            if let place = words.firstIndex(of: more[0]) { words.removeSubrange(place...(place + 1)) }
            let other = try Tool.run(
                ["sweep", "--name", name, "--seeds", "0"] + words + place.places + more)
            #expect(other.exitCode == 0 && !other.output.contains("omputed before"), "\(other.errors)")
        }
        // The directory of the images and the number of threads do not count, their content does.
        try FileManager.default.moveItem(atPath: place.data, toPath: place.path + "/moved")
        func moved(_ name: String) throws -> Tool.Outcome {
            try Tool.run(
                ["sweep", "--name", name, "--seeds", "0"] + Self.options
                    + ["--data", place.path + "/moved", "--runs", place.runs])
        }
        #expect(try moved("moved").output.contains("; computed before, on 2"))
        let images = place.path + "/moved/train-images-idx3-ubyte"
        var bytes = try Data(contentsOf: URL(filePath: images))
        bytes[bytes.count - 1] ^= 1
        try bytes.write(to: URL(filePath: images))
        let changed = try moved("changed")
        #expect(changed.exitCode == 0 && !changed.output.contains("omputed before"), "\(changed.errors)")
    }

    /// Changes stored results, each with its own correct digests.
    private func forge(_ change: (inout Receipt) -> Void) throws -> [String] {
        let files = try stored(in: place.runs + "/results")
        for file in files {
            let results = KnownResults(path: place.runs + "/results")
            let identity = String(FilePath.name(of: file).dropLast(5))
            var receipt = try #require(try results.find(identity)).receipt
            change(&receipt)
            try FileManager.default.removeItem(atPath: file)
            try results.store(KnownResult(.finished, RunSummary(), receipt.sealed), identity)
        }
        return files
    }

    @Test func `a forged result is found by the check, and named with its entry, epoch and digests`() throws {
        #expect(try sweep("first").exitCode == 0)
        let forged = String(repeating: "7", count: 64)
        let files = try forge { $0.epochs[1] = forged }
        let second = try sweep("second", "--jobs", "1")
        #expect(second.exitCode == 65, "\(second.output)\(second.errors)")
        #expect(
            second.errors.contains(
                "entry-0000 was computed before, and trained again with another result: the weights after epoch 1, counted "
                    + "from 0: expected SHA-256 \(forged), found "), "\(second.errors)")
        let file = try #require(files.first { second.errors.contains($0) }, "\(second.errors)")
        #expect(try SweepResults(directory("second")).done == 0)
        // The advice helps.
        let command = try #require(second.errors.firstMatch(of: /compare: mnist-bilstm (verify [^ ]+)\. If/))
            .output.1
        let verified = try Tool.run(command.split(separator: " ").map(String.init) + ["--data", place.data])
        #expect(verified.exitCode == 0, "\(verified.output)\(verified.errors)")
        try FileManager.default.removeItem(atPath: file)
        let other = try sweep("second", "--jobs", "1")
        #expect(other.exitCode == 65 || other.output.contains("entry-0000"), "\(other.errors)")
        let without = try sweep("second", "--no-lookup")
        #expect(without.exitCode == 0, "\(without.errors)")
        #expect(try content("second") == content("first"))
    }

    @Test func `a damaged result is refused, and a directory that cannot be used is named`() throws {
        #expect(try sweep("first").exitCode == 0)
        let files = try stored(in: place.runs + "/results")
        for file in files { try Data("{".utf8).write(to: URL(filePath: file)) }
        let damaged = try sweep("second", "--jobs", "1")
        #expect(
            damaged.exitCode == 65 && files.contains { damaged.errors.contains("\($0): ") },
            "\(damaged.errors)")
        #expect(damaged.errors.contains("Remove the file, give another directory with --results"))
        // A file of another name and a file that is still being written are ignored.
        for file in files { try FileManager.default.removeItem(atPath: file) }
        try Data("{".utf8).write(to: URL(filePath: files[0] + ".tmp"))
        #expect(try sweep("second").exitCode == 0)

        let file = place.path + "/file"
        try Data().write(to: URL(filePath: file))
        let noDirectory = try sweep("third", "--results", file + "/below")
        #expect(noDirectory.exitCode == 74 || noDirectory.exitCode == 66, "\(noDirectory.errors)")
        #expect(noDirectory.errors.contains(file), "\(noDirectory.errors)")
        let both = try sweep("third", "--results", place.runs, "--no-lookup")
        #expect(both.exitCode == 64 && both.errors.contains("--results has no effect with --no-lookup"))
    }

    @Test func `entries trained one by one are looked up, and the report names a winner without weights`()
        throws
    {
        #expect(try sweep("first").exitCode == 0)
        #expect(
            try Tool.run(
                ["sweep", "plan", "--name", "second", "--seeds", "0-1"] + Self.options + place.places
            )
            .exitCode == 0)
        func entry(_ index: Int, _ more: String...) throws -> Tool.Outcome {
            try Tool.run(["sweep", "run", "second", "--index", "\(index)", "--runs", place.runs] + more)
        }
        for index in 0..<4 { #expect(try entry(index).exitCode == 0) }
        #expect(try content("first") == SweepResults(directory("second")).csv())
        let winner = try #require(try SweepResults(directory("first")).winner)
        let report = try Tool.run(["sweep", "report", "second", "--runs", place.runs])
        let missing = try SweepResults(directory("second")).winnersWithoutRun
        #expect(missing.allSatisfy { $0.setting == winner } && !missing.isEmpty)
        #expect(report.exitCode == 66, "\(report.output)")
        #expect(
            report.errors.contains(
                "\(missing[0].name) was computed before, and there is no run with its weights; train it: mnist-bilstm sweep "
                    + "--resume"), "\(report.errors)")
        func trainAgain(_ missing: SweepPlan.Entry) throws -> Tool.Outcome {
            try entry(missing.index, "--again")
        }
        for entry in missing {
            let trained = try trainAgain(entry)
            #expect(
                trained.exitCode == 0 && trained.output.contains("trained again: equal"), "\(trained.errors)")
        }
        #expect(try Tool.run(["sweep", "report", "second", "--runs", place.runs]).exitCode == 0)
        #expect(try text(path("second") + "/test.json") == text(path("first") + "/test.json"))
    }

    @Test func `sweeps that use one directory at the same time have the same results`() throws {
        let sweeps = try ["a", "b", "c"].map { name in
            try RunningTool(["sweep", "--name", name, "--seeds", "0-1"] + Self.options + place.places)
        }
        for sweep in sweeps { #expect(try sweep.finish().exitCode == 0) }
        #expect(try Set(["a", "b", "c"].map(content)).count == 1)
        #expect(try stored(in: place.runs + "/results").count == 4)
    }
}

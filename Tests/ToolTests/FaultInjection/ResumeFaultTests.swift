import Foundation
import Testing

/// A run is killed while it writes a checkpoint, and resumed: files are removed, truncated and created.
@Suite("Faults in a resume", .timeLimit(.minutes(60))) struct ResumeFaultTests {
    static let training = ShortTraining(epochs: 2)

    /// Returns the files of the killed run, and the file operations of its resume.
    private func killed() throws -> (tree: FileTree, operations: [FileOperation]) {
        let place = try Self.training.place()
        let kill = try Faults.kill(.before(Self.training.number(of: .rename, to: "step-0000006")))
        try #require(try place.start(Self.training, kill).ending() == -SIGKILL)
        let tree = try FileTree(at: place.path)
        try #require(try !place.temporaryFiles().isEmpty)
        try FileManager.default.removeItem(atPath: place.journal)
        expectEqual(try place.finish(Self.training), try Self.training.uninterrupted())
        return (tree, try FileOperation.journal(place.journal))
    }

    /// The resume is killed too, immediately before or after each file operation.
    @Test func `a killed resume loses nothing`() throws {
        let expected = try Self.training.uninterrupted()
        let (tree, operations) = try killed()
        let place = try Self.training.place()
        for number in operations.indices.map({ $0 + 1 }) where Torture.tries(number, oneOf: 3) {
            let kill: Faults.Kill = number.isMultiple(of: 2) ? .before(number) : .after(number)
            try tree.write(to: place.path)
            #expect(try place.start(Self.training, .kill(kill)).ending() == -SIGKILL, "\(kill)")
            expectEqual(try place.finish(Self.training), expected, "\(kill)")
            #expect(try place.temporaryFiles() == [], "\(kill)")
        }
    }

    /// An operation fails before training continues; the files that are needed are kept.
    @Test func `a resume with a failed file operation loses nothing`() throws {
        let expected = try Self.training.uninterrupted()
        let (tree, operations) = try killed()
        let trains = try #require(
            operations.firstIndex { $0.kind == .write && $0.path.hasSuffix("metrics.jsonl") })
        let place = try Self.training.place()
        for (index, operation) in operations[..<trains].enumerated()
        where Torture.tries(index, oneOf: 2)
            && !(operation.kind == .write && operation.path.hasSuffix("train.log"))
        {
            let number = operations[...index].filter { $0.kind == operation.kind }.count
            let faults = Faults.fail(operation.kind, number, EIO)
            try tree.write(to: place.path)
            let outcome = try place.start(Self.training, faults).finish()
            #expect(outcome.exitCode == 74, "\(faults) of \(operation.path)")
            expectEqual(try place.finish(Self.training), expected, "\(faults) of \(operation.path)")
        }
    }
}

@Suite("Runs that ended before training", .timeLimit(.minutes(60))) struct NeverBegunTests {
    static let training = ShortTraining(epochs: 1)

    /// The run is killed at any point before it has a `config.json`. A resume reports this, and the next run has the
    /// same files as a first run.
    @Test func `a run without a configuration is not resumed`() throws {
        let expected = try Self.training.uninterrupted()
        let made = try Self.training.number(of: .mkdir, to: "-mnist-bilstm")
        let pointed = try Self.training.number(of: .rename, to: "/latest")
        let begun = try Self.training.number(of: .rename, to: "config.json")
        try #require(made < pointed && pointed < begun)
        for number in 1...begun where Torture.tries(number, oneOf: 2) {
            let place = try Self.training.place()
            #expect(try place.start(Self.training, .kill(.before(number))).ending() == -SIGKILL)
            let before = try FileTree(at: place.path)
            let outcome = try place.run("--resume", "latest")
            #expect(outcome.exitCode == 66, "\(number): \(outcome.errors)")
            let message =
                number <= pointed
                ? "no run \"latest\""
                : "ended before it started training, or the file was removed; start a new"
            #expect(outcome.errors.contains(message), "\(number): \(outcome.errors)")
            #expect(try FileTree(at: place.path) == before)

            expectEqual(try place.finish(Self.training), expected, "\(number)")
            let left = try FileTree(at: place.runs).entries.keys.filter { !$0.contains("/") }
            #expect(left.filter { $0.hasSuffix(".tmp") } == [], "\(number)")
            #expect(place.runNames.count <= 2)
        }
    }

    /// No crash leaves an incomplete `config.json`. If something else does, a resume reports it and changes nothing.
    @Test(arguments: [0, 0.01, 0.5, 0.99]) func `a run with an incomplete configuration is not resumed`(
        share: Double
    ) throws {
        let training = ShortTraining(epochs: 2)
        let place = try training.place()
        let kill = try Faults.kill(.before(training.number(of: .rename, to: "step-0000006")))
        try #require(try place.start(training, kill).ending() == -SIGKILL)
        let whole = try place.bytes("config.json")
        let file = URL(filePath: place.latest("config.json"))
        try whole.prefix(Int(share * Double(whole.count))).write(to: file)
        let before = try FileTree(at: place.path)
        let outcome = try place.run("--resume", "latest")
        #expect(outcome.exitCode == 65)
        #expect(
            outcome.errors.contains(/config\.json: .*; restore the original file/),
            "\(outcome.errors)")
        #expect(try FileTree(at: place.path) == before)
        try whole.write(to: file)
        expectEqual(try place.finish(training), try training.uninterrupted())
    }
}

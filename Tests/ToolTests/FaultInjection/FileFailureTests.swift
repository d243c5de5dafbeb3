import Foundation
import Testing

@Suite("File operations that fail", .timeLimit(.minutes(60))) struct FileFailureTests {
    static let training = ShortTraining(epochs: 2)

    /// Returns the error codes with which an operation of a kind may fail: all if FAULTS is "all", else the first.
    static func codes(_ kind: FileOperation.Kind) -> [Int32] {
        let codes: [Int32] =
            switch kind {
            case .create: [EACCES, ENOSPC, EIO]
            case .write: [ENOSPC, EIO, EDQUOT]
            case .sync: [EIO, ENOSPC]
            case .rename, .symlink, .mkdir: [ENOSPC, EIO]
            case .unlink, .truncate: [EIO]
            }
        return Torture.isComplete ? codes : [codes[0]]
    }

    /// Runs training with a fault in a new directory.
    private func run(
        _ faults: Faults, training: ShortTraining = training
    ) throws -> (place: Workplace, outcome: Tool.Outcome) {
        let place = try training.place()
        return (place, try place.start(training, faults).finish())
    }

    /// Each operation of a kind fails once. The tool names the problem and the file and ends with exit code 74. Earlier
    /// checkpoints are kept, no incomplete file is left, and a resume gives the same result.
    @Test(arguments: FileOperation.Kind.allCases) func `a failed operation stops training`(
        kind: FileOperation.Kind
    ) throws {
        let expected = try Self.training.uninterrupted()
        let operations = try Self.training.operations()
        let count = operations.filter { $0.kind == kind }.count
        for number in 0..<count where Torture.tries(number, oneOf: 2) {
            for code in Self.codes(kind) {
                let faults = Faults.fail(kind, number + 1, code)
                let (place, outcome) = try run(faults)
                let failed = try #require(
                    try FileOperation.journal(place.journal).firstIndex { $0.error == code })
                #expect(try place.temporaryFiles() == [], "\(faults)")
                if operations[failed].path.hasSuffix("train.log"), kind == .write {
                    // A failed write to the log of the screen does not stop training; the screen reports it.
                    #expect(outcome.exitCode == 0, "\(faults): \(outcome.errors)")
                    #expect(outcome.output.contains("this log is incomplete"), "\(faults)")
                    continue
                }
                #expect(outcome.exitCode == 74, "\(faults)")
                let reason = String(cString: strerror(code))
                if operations[failed].isOfPicture {
                    // Pictures can be drawn later; the run is complete.
                    #expect(
                        outcome.output.contains(/Warning: \/.*: cannot .* Draw it later with:/)
                            && outcome.output.contains(": \(reason)"),
                        "\(faults): \(outcome.output)")
                } else {
                    #expect(
                        outcome.errors.contains(/^Error: \/.*: cannot .*/)
                            && outcome.errors.contains(": \(reason)"),
                        "\(faults): \(outcome.errors)")
                }
                #expect(
                    try place.usableSteps().last ?? 0 >= Self.lastSaved(operations[..<failed]), "\(faults)")
                expectEqual(try place.finish(Self.training), expected, "\(faults)")
            }
        }
    }

    /// Returns the step of the last checkpoint that was renamed to its final name.
    private static func lastSaved(_ operations: ArraySlice<FileOperation>) throws -> Int {
        try operations.reduce(0) { last, operation in
            guard let step = operation.other.firstMatch(of: /checkpoints\/step-(\d+)\.safetensors$/) else {
                return last
            }
            return try #require(Int(step.1))
        }
    }

    /// An interrupted call and a short write are not failures: the rest is done next.
    @Test(arguments: FileOperation.Kind.allCases.map { ($0, EINTR as Int32?) } + [(.write, nil)])
    func `interrupted operations are repeated`(kind: FileOperation.Kind, code: Int32?) throws {
        let expected = try Self.training.uninterrupted()
        let count = try Self.training.operations().filter { $0.kind == kind }.count
        for number in 0..<count where Torture.tries(number, oneOf: 3) {
            let faults = Faults.fail(kind, number + 1, code)
            let (place, outcome) = try run(faults)
            #expect(outcome.exitCode == 0 && outcome.errors == "", "\(faults): \(outcome.errors)")
            expectEqual(try place.files(), expected, "\(faults)")
            #expect(try place.temporaryFiles() == [], "\(faults)")
        }
    }

    /// With `--on-save-error continue`, training continues after a failure, and the exit code reports it.
    @Test(arguments: [FileOperation.Kind.create, .write, .sync, .rename, .symlink])
    func `training continues after a failure`(kind: FileOperation.Kind) throws {
        let expected = try Self.training.uninterrupted()
        let operations = try Self.training.operations()
        let firstCheckpoint = try #require(
            operations.firstIndex { $0.path.contains("/checkpoints/.") && $0.kind == .create })
        let lastName = try #require(
            operations.lastIndex { $0.path.contains("/checkpoints/.") && $0.kind == .rename })
        let lastCheckpoint = try #require(
            operations[lastName...].firstIndex { $0.path.hasSuffix("/checkpoints") && $0.kind == .sync })
        let numbers = operations.indices.filter { operations[$0].kind == kind }.enumerated()
            .filter { firstCheckpoint...lastCheckpoint ~= $1 && !operations[$1].path.hasSuffix("train.log") }
            .map { $0.offset + 1 }
        for (index, number) in numbers.enumerated() where Torture.tries(index, oneOf: 2) {
            let faults = Faults.fail(kind, number, ENOSPC)
            let (place, outcome) = try run(
                faults, training: Self.training.with("--on-save-error", "continue"))
            #expect(outcome.exitCode == 74, "\(faults)")
            #expect(outcome.output.contains("No space left on device"), "\(faults): \(outcome.output)")
            #expect(outcome.epochLines.count == 2, "\(faults)")
            #expect(try place.temporaryFiles() == [], "\(faults)")
            let files = try place.files()
            for name in ["metrics.csv", "metrics.jsonl"] {
                #expect(files.files[name] == expected.files[name], "\(faults): \(name)")
            }
            for (name, bytes) in expected.files where files.files[name] != nil {
                #expect(files.files[name] == bytes, "\(faults): \(name)")
            }
        }
    }

    /// A failure is reported once until the next checkpoint, even if more failures follow.
    @Test(
        arguments: [
            (.fail(.create, 1, ENOSPC, of: "/checkpoints/.step", every: 1), 1),
            // The first of four checkpoints fails. The next save writes two files: also the best checkpoint, which was
            // kept in memory.
            (.fail(.create, 1, ENOSPC, of: "/checkpoints/.step", every: 3), 2),
            (.fail(.write, 2, ENOSPC, of: "metrics.jsonl"), 1),
            (.fail(.write, 2, ENOSPC, of: "metrics.jsonl", every: 1), 1),
        ] as [(Faults, Int)])
    func `a repeated failure is reported once`(faults: Faults, warnings: Int) throws {
        let training = ShortTraining(epochs: 4).with("--on-save-error", "continue")
        let (place, outcome) = try run(faults, training: training)
        #expect(outcome.exitCode == 74)
        #expect(outcome.output.split(separator: "Warning: ").count - 1 == warnings, "\(outcome.output)")
        #expect(try place.text("train.log").split(separator: "Warning: ").count - 1 == warnings)
        expectEqual(try place.finish(training), try training.uninterrupted())
    }

    /// The disk is full from some operation on and remains full.
    @Test(arguments: [8, 14, 20]) func `a disk that remains full stops training`(writes: Int) throws {
        let expected = try Self.training.uninterrupted()
        let (place, outcome) = try run(.fail(.write, writes, ENOSPC, every: 1))
        #expect(outcome.exitCode == 74)
        #expect(try place.temporaryFiles() == [])
        expectEqual(try place.finish(Self.training), expected)
    }
}

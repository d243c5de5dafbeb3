import Foundation
import Safetensors
import Testing
import Training

@Suite("Damaged checkpoints", .timeLimit(.minutes(60))) struct DamagedCheckpointTests {
    static let training = ShortTraining(epochs: 4)

    /// A change to a file's bytes.
    enum Damage: Sendable, CustomTestStringConvertible {
        case cut(to: Double)
        /// Flips a bit of the byte at a share of the length.
        case flip(at: Double)
        case zeros(from: Double)
        case longer, empty

        func apply(to bytes: [UInt8]) -> [UInt8] {
            func place(_ share: Double) -> Int { Int(share * Double(bytes.count - 1)) }
            var changed = bytes
            switch self {
            case .cut(let share): changed = Array(bytes.prefix(place(share)))
            case .flip(let share): changed[place(share)] ^= 1
            case .zeros(let share):
                for index in place(share)..<bytes.count { changed[index] = 0 }
            case .longer: changed.append(0)
            case .empty: changed = []
            }
            return changed
        }

        var testDescription: String { "\(self)" }
    }

    static let damages: [Damage] =
        [.empty, .longer, .zeros(from: 0), .zeros(from: 0.5), .cut(to: 0.001), .cut(to: 0.5), .cut(to: 1)]
        + [0, 0.001, 0.1, 0.3, 0.5, 0.7, 0.99, 1].map { .flip(at: $0) }

    /// Returns a run that was stopped by a full disk after some checkpoints.
    private func stopped() throws -> Workplace {
        let place = try Self.training.place()
        let creations = try Self.training.operations().filter { $0.kind == .create }
        let last = try #require(creations.lastIndex { $0.path.contains("/checkpoints/.") })
        let tool = try place.start(Self.training, .fail(.create, last + 1, ENOSPC))
        try #require(try tool.finish().exitCode == 74)
        return place
    }

    /// The damaged newest checkpoint is named. Training resumes from the previous one, with the same result.
    @Test(arguments: damages) func `the previous checkpoint is used`(damage: Damage) throws {
        let expected = try Self.training.uninterrupted()
        let place = try stopped()
        let names = try place.checkpointNames()
        try #require(names.count == 2)
        let path = try #require(place.begunRun) + "/checkpoints/" + names[1]
        try Data(damage.apply(to: [UInt8](Data(contentsOf: URL(filePath: path))))).write(
            to: URL(filePath: path))

        let outcome = try place.start(Self.training).finish()
        #expect(outcome.exitCode == 0, "\(outcome.errors)")
        #expect((outcome.output + outcome.errors).contains(names[1]), "\(outcome.output)")
        expectEqual(try place.files(), expected)
    }

    /// If no undamaged checkpoint is left, the run is not resumed and nothing is changed.
    @Test func `a run with only damaged checkpoints is not resumed`() throws {
        let place = try stopped()
        let run = try #require(place.begunRun)
        for name in try place.checkpointNames() {
            let path = run + "/checkpoints/" + name
            try Data(Damage.flip(at: 0.9).apply(to: [UInt8](Data(contentsOf: URL(filePath: path)))))
                .write(to: URL(filePath: path))
        }
        let before = try FileTree(at: run)
        let outcome = try place.start(Self.training).finish()
        #expect(outcome.exitCode == 65)
        for name in try place.checkpointNames() {
            #expect(
                outcome.errors.contains("\(name): damaged checkpoint: expected SHA-256 "), "\(outcome.errors)"
            )
        }
        #expect(try FileTree(at: run) == before)
    }

    /// The newest checkpoint is damaged, and a log ends before the previous checkpoint: the run is not resumed, and
    /// neither checkpoints nor logs are changed. Records after the previous checkpoint are not needed.
    @Test(arguments: ["metrics.csv", "metrics.jsonl", "events.out.tfevents.000001"])
    func `a run with a truncated log is not resumed`(log: String) throws {
        let place = try stopped()
        let run = try #require(place.begunRun)
        let names = try place.checkpointNames()
        let newest = URL(filePath: run + "/checkpoints/" + names[1])
        try Data(Damage.flip(at: 0.5).apply(to: [UInt8](Data(contentsOf: newest)))).write(to: newest)
        let whole = try Data(contentsOf: URL(filePath: run + "/" + log))
        try whole.prefix(whole.count / 3).write(to: URL(filePath: run + "/" + log))
        func tree() throws -> FileTree {
            var tree = try FileTree(at: run)
            tree.entries = tree.entries.filter { $0.key == log || $0.key.hasPrefix("checkpoints") }
            return tree
        }
        let before = try tree()
        let outcome = try place.start(Self.training).finish()
        #expect(outcome.exitCode == 65)
        #expect(outcome.errors.contains("\(log): expected at least "), "\(outcome.errors)")
        #expect(try tree() == before)

        if log == "metrics.csv" {
            // The log has all rows, but a column with another name.
            try (Data("e".utf8) + whole).write(to: URL(filePath: run + "/" + log))
            let before = try tree()
            let outcome = try place.start(Self.training).finish()
            #expect(outcome.exitCode == 65)
            #expect(outcome.errors.contains("\(log): line 1: expected "), "\(outcome.errors)")
            #expect(try tree() == before)
        }

        // Only the last record is incomplete; it was written after the previous checkpoint.
        try whole.dropLast(3).write(to: URL(filePath: run + "/" + log))
        expectEqual(try place.finish(Self.training), try Self.training.uninterrupted())
    }

    /// A checkpoint that is truncated at any byte, or in which any byte is changed, is refused with an error that names
    /// the file, and without a trap. Without the digest, changes in the tensors would not be detected.
    @Test func `damage anywhere is found`() throws {
        let place = try stopped()
        let name = try #require(place.checkpointNames().last)
        let bytes = try [UInt8](
            Data(contentsOf: URL(filePath: try #require(place.begunRun) + "/checkpoints/" + name)))
        let path = place.path + "/damaged.safetensors"
        try Data(bytes).write(to: URL(filePath: path))
        #expect(throws: Never.self) { try Checkpoint(path: path) }

        // The file is changed in place: writing a new file for each of thousands of bytes would take most of the time.
        let file = try FileHandle(forUpdating: URL(filePath: path))
        var unseen = 0
        for index in bytes.indices {
            try file.seek(toOffset: UInt64(index))
            try file.write(contentsOf: [bytes[index] ^ 1 << UInt8(index % 8)])
            #expect(refusal(of: path)?.contains(path) == true, "byte \(index)")
            if (try? SafetensorsFile(path: path)) != nil { unseen += 1 }
            try file.seek(toOffset: UInt64(index))
            try file.write(contentsOf: [bytes[index]])
        }
        #expect(unseen > bytes.count / 3, "the digest is not needed")
        for length in bytes.indices.reversed() {
            try file.truncate(atOffset: UInt64(length))
            #expect(refusal(of: path)?.contains(path) == true, "cut to \(length) bytes")
        }
    }

    /// Returns the error of reading a checkpoint; nil if it is read.
    private func refusal(of path: String) -> String? {
        do {
            _ = try Checkpoint(path: path)
            return nil
        } catch {
            return "\(error)"
        }
    }
}

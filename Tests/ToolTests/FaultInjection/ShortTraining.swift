import Foundation
import Synchronization
import Testing
import Training

/// How much of what can be tried is tried.
enum Torture {
    private static let variables = ProcessInfo.processInfo.environment

    /// The number of kills at random instants: KILLS, else 24.
    static let kills = variables["KILLS"].flatMap(Int.init) ?? 24

    /// Whether each error of each operation is tried, which takes many minutes: FAULTS=all.
    static let isComplete = variables["FAULTS"] == "all"

    /// Whether one of many cases is tried: each case if FAULTS is "all", else one of `interval`.
    static func tries(_ number: Int, oneOf interval: Int) -> Bool {
        isComplete || number.isMultiple(of: interval)
    }

    /// Says how far it is, at once, to whoever waits for minutes.
    static func report(_ text: String) {
        if isComplete { FileHandle.standardError.write(Data((text + "\n").utf8)) }
    }
}

/// A training of a fraction of a second, and the files that it must leave, however often it is stopped.
struct ShortTraining: Hashable, Sendable, CustomTestStringConvertible {
    var options: [String]

    /// As small as can be, since everything is done hundreds of times.
    init(epochs: Int = 3, hiddenSize: Int = 1, checkpointEvery: String = "1") {
        options = [
            "--epochs", "\(epochs)", "--hidden-size", "\(hiddenSize)", "--layers", "1", "--readout", "last",
            "--batch-size", "20", "--validation", "20", "--log-every", "2",
            "--checkpoint-every", checkpointEvery, "--threads", "1",
        ]
    }

    func with(_ more: String...) -> ShortTraining {
        var training = self
        training.options += more
        return training
    }

    func place() throws -> Workplace { try Workplace(SmallImages(train: 80, test: 20)) }

    var testDescription: String { options.joined(separator: " ") }

    /// The files of a run that nothing happened to.
    func uninterrupted() throws -> RunFiles {
        try Self.results.withLock { results in
            if let files = results[self] { return files }
            let files = try place().finish(self)
            results[self] = files
            return files
        }
    }

    private static let results = Mutex<[ShortTraining: RunFiles]>([:])

    /// The file operations of a run of its own.
    func operations() throws -> [FileOperation] {
        let place = try place()
        _ = try place.start(self).ending()
        return try FileOperation.journal(place.journal)
    }

    /// The number, from 1 and among all, of the first operation of a kind on a path, or to one, with this in it.
    func number(of kind: FileOperation.Kind, to name: String) throws -> Int {
        let index = try operations().firstIndex {
            $0.kind == kind && ($0.path.contains(name) || $0.other.contains(name))
        }
        return try #require(index) + 1
    }
}

extension Workplace {
    /// The newest run that began, which is when it has its `config.json`.
    var begunRun: String? {
        runNames.map { runs + "/" + $0 }.last {
            FileManager.default.fileExists(atPath: $0 + "/config.json")
        }
    }

    /// Begins a run or, if there is one, goes on with it. The library is always there, if only since the real
    /// `fsync` takes the most of the time.
    func start(_ training: ShortTraining, _ faults: Faults = .none) throws -> RunningTool {
        try RunningTool(
            arguments(training), variables: faults.variables(directory: path, journal: journal))
    }

    /// The same without the library.
    func run(_ training: ShortTraining) throws -> Tool.Outcome { try Tool.run(arguments(training)) }

    func arguments(_ training: ShortTraining) -> [String] {
        places + (begunRun.map { ["--resume", $0] } ?? training.options)
    }

    /// Begins or goes on with the run to its end; returns its files.
    func finish(_ training: ShortTraining) throws -> RunFiles {
        let outcome = try start(training).finish()
        try #require(outcome.exitCode == 0, "\(outcome.errors)")
        return try files()
    }

    func files() throws -> RunFiles { try RunFiles(#require(begunRun)) }

    /// Files of the begun run that were to be moved to their names, and never were.
    func temporaryFiles() throws -> [String] {
        guard let begunRun else { return [] }
        return try FileTree(at: begunRun).entries.keys.filter { $0.hasSuffix(".tmp") }.sorted()
    }

    /// Steps of the checkpoints of the begun run that can be used, the oldest first.
    func usableSteps() throws -> [Int] {
        guard let begunRun else { return [] }
        return try checkpointNames().compactMap {
            try? Checkpoint(path: begunRun + "/checkpoints/" + $0).stepCount
        }
    }

    /// Names of the checkpoints of the begun run, the oldest first.
    func checkpointNames() throws -> [String] {
        guard let begunRun else { return [] }
        let names = (try? FileManager.default.contentsOfDirectory(atPath: begunRun + "/checkpoints")) ?? []
        return names.filter { $0.hasPrefix("step-") }.sorted()
    }
}

/// The files of a run that training determines to the last byte; times are taken out.
struct RunFiles: Hashable, Sendable {
    var files: [String: [UInt8]] = [:]
    var links: [String: String] = [:]

    init(_ run: String) throws {
        for (name, entry) in try FileTree(at: run).entries {
            switch entry {
            case .directory: break
            case .link(let target): links[name] = target
            case .file(let bytes):
                let text = String(decoding: bytes, as: UTF8.self)
                switch name {
                case "metrics.csv": files[name] = Array(Self.withoutTimes(table: text).utf8)
                case "metrics.jsonl": files[name] = Array(Self.withoutTimes(records: text).utf8)
                case _ where name.hasPrefix("checkpoints/"): files[name] = bytes
                default: break
                }
            }
        }
    }

    static func withoutTimes(table: String) -> String {
        let rows = table.split(separator: "\n", omittingEmptySubsequences: false)
            .map { $0.split(separator: ",", omittingEmptySubsequences: false) }
        let columns = rows[0].indices.filter { !["seconds", "images_per_second"].contains(rows[0][$0]) }
        return rows.map { row in
            columns.map { row.indices.contains($0) ? String(row[$0]) : "" }.joined(separator: ",")
        }.joined(separator: "\n")
    }

    static func withoutTimes(records: String) -> String {
        records.replacing(/,"(seconds|images_per_second)":[^,}]*/, with: "")
    }

    /// These without the older checkpoints that others lack: one that could not be saved, and was not the best,
    /// is not saved later.
    func withoutCheckpoints(missingIn others: RunFiles) -> RunFiles {
        var files = self
        let names = files.files.keys.filter { $0.hasPrefix("checkpoints/step-") }.sorted()
        for name in names.dropLast() where others.files[name] == nil { files.files[name] = nil }
        return files
    }

    /// What differs, for messages.
    func differences(from other: RunFiles) -> [String] {
        Set(files.keys).union(other.files.keys).filter { files[$0] != other.files[$0] }.sorted()
            + Set(links.keys).union(other.links.keys).filter { links[$0] != other.links[$0] }.sorted()
    }
}

/// Fails unless the files are the same, naming those that are not.
func expectEqual(
    _ files: RunFiles, _ expected: RunFiles, _ comment: @autoclosure () -> String = "",
    sourceLocation: SourceLocation = #_sourceLocation
) {
    let differences = files.differences(from: expected)
    #expect(
        differences.isEmpty, "\(comment()): \(differences) differ from the uninterrupted run",
        sourceLocation: sourceLocation)
}

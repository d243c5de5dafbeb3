import Foundation
import Synchronization
import Testing
import Training

/// The extent of the tests that inject faults.
enum Torture {
    private static let variables = ProcessInfo.processInfo.environment

    /// The number of kills at random instants: the variable KILLS, or 24.
    static let kills = variables["KILLS"].flatMap(Int.init) ?? 24

    /// Whether each error of each operation is tried (FAULTS=all), which takes many minutes.
    static let isComplete = variables["FAULTS"] == "all"

    /// Whether one of many cases is tried: every case if FAULTS is "all", else one in `interval`.
    static func tries(_ number: Int, oneOf interval: Int) -> Bool {
        isComplete || number.isMultiple(of: interval)
    }

    /// Prints progress at once if all cases are tried, since they take many minutes.
    static func report(_ text: String) {
        if isComplete { FileHandle.standardError.write(Data((text + "\n").utf8)) }
    }
}

/// A training that takes a fraction of a second, and the files that it must leave, however often it is stopped.
struct ShortTraining: Hashable, Sendable, CustomTestStringConvertible {
    var options: [String]

    /// Creates a training that is as small as possible, because tests repeat it hundreds of times.
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

    /// Returns the files of an uninterrupted run.
    func uninterrupted() throws -> RunFiles {
        try Self.results.withLock { results in
            if let files = results[self] { return files }
            let files = try place().finish(self)
            results[self] = files
            return files
        }
    }

    private static let results = Mutex<[ShortTraining: RunFiles]>([:])

    /// Returns the file operations of a separate run.
    func operations() throws -> [FileOperation] {
        let place = try place()
        _ = try place.start(self).ending()
        return try FileOperation.journal(place.journal)
    }

    /// Returns the number, from 1 among all operations, of the first operation of a kind whose path or new path
    /// contains a name.
    func number(of kind: FileOperation.Kind, to name: String) throws -> Int {
        let index = try operations().firstIndex {
            $0.kind == kind && ($0.path.contains(name) || $0.other.contains(name))
        }
        return try #require(index) + 1
    }
}

extension Workplace {
    /// The newest run that has a `config.json`; nil if there is none.
    var begunRun: String? {
        runNames.map { runs + "/" + $0 }.last {
            FileManager.default.fileExists(atPath: $0 + "/config.json")
        }
    }

    /// Starts a run, or resumes it if there is one. The library is always loaded, because the real `fsync` would take
    /// most of the time.
    func start(_ training: ShortTraining, _ faults: Faults = .none) throws -> RunningTool {
        try RunningTool(
            arguments(training), variables: faults.variables(directory: path, journal: journal))
    }

    /// Starts or resumes a run without the library, and waits for its end.
    func run(_ training: ShortTraining) throws -> Tool.Outcome { try Tool.run(arguments(training)) }

    func arguments(_ training: ShortTraining) -> [String] {
        places + (begunRun.map { ["--resume", $0] } ?? training.options)
    }

    /// Starts or resumes the run, trains to the end and returns its files.
    func finish(_ training: ShortTraining) throws -> RunFiles {
        let outcome = try start(training).finish()
        try #require(outcome.exitCode == 0, "\(outcome.errors)")
        return try files()
    }

    func files() throws -> RunFiles { try RunFiles(#require(begunRun)) }

    /// Returns the temporary files of the run that were not renamed to their final names.
    func temporaryFiles() throws -> [String] {
        guard let begunRun else { return [] }
        return try FileTree(at: begunRun).entries.keys.filter { $0.hasSuffix(".tmp") }.sorted()
    }

    /// Returns the steps of the run's undamaged checkpoints, the oldest first.
    func usableSteps() throws -> [Int] {
        guard let begunRun else { return [] }
        return try checkpointNames().compactMap {
            try? Checkpoint(path: begunRun + "/checkpoints/" + $0).stepCount
        }
    }

    /// Returns the names of the run's checkpoints, the oldest first.
    func checkpointNames() throws -> [String] {
        guard let begunRun else { return [] }
        let names = (try? FileManager.default.contentsOfDirectory(atPath: begunRun + "/checkpoints")) ?? []
        return names.filter { $0.hasPrefix("step-") }.sorted()
    }
}

/// The files of a run that training determines to the last byte; times are removed.
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
                case "receipt.json": files[name] = bytes
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

    /// Returns these files without older checkpoints that are missing in others: a checkpoint that could not be saved,
    /// and is not the best, is not saved later.
    func withoutCheckpoints(missingIn others: RunFiles) -> RunFiles {
        var files = self
        let names = files.files.keys.filter { $0.hasPrefix("checkpoints/step-") }.sorted()
        for name in names.dropLast() where others.files[name] == nil { files.files[name] = nil }
        return files
    }

    /// Returns the names of files and links that differ, for messages.
    func differences(from other: RunFiles) -> [String] {
        Set(files.keys).union(other.files.keys).filter { files[$0] != other.files[$0] }.sorted()
            + Set(links.keys).union(other.links.keys).filter { links[$0] != other.links[$0] }.sorted()
    }
}

/// Fails if files differ, and names them.
func expectEqual(
    _ files: RunFiles, _ expected: RunFiles, _ comment: @autoclosure () -> String = "",
    sourceLocation: SourceLocation = #_sourceLocation
) {
    let differences = files.differences(from: expected)
    #expect(
        differences.isEmpty, "\(comment()): \(differences) differ from the uninterrupted run",
        sourceLocation: sourceLocation)
}

import Console
import Platform
import Training

/// A run in the terms of MLflow: an identifier, parameters, tags and metrics over time.
struct MLflowRun {
    /// One value of a metric.
    struct Point: Hashable {
        /// Milliseconds since 1970.
        let time: Int
        let value: Double
        /// The epoch or, for a metric that begins with `step/`, the step.
        let step: Int
    }

    /// The states of runs that MLflow knows (`mlflow.entities.RunStatus`).
    enum Status: Int {
        case running = 1
        case finished = 3
        case failed
        case killed
    }

    /// 32 hexadecimal digits. They depend on the name and the start time of the run only, so a run that was resumed or
    /// is exported again keeps them.
    let id: String
    let name: String
    let status: Status
    /// The times when training started and ended, in milliseconds since 1970; the end is nil while the run is running.
    let start: Int
    let end: Int?
    /// The options that are set, by their names in `config.json`.
    let parameters: [(name: String, value: String)]
    let tags: [(name: String, value: String)]
    /// Options that cannot be parameters, each a line that names the file.
    let problems: [String]
    /// The values of each metric, in the order of their steps.
    private(set) var metrics: [String: [Point]] = [:]

    /// - Parameters:
    ///   - record: The run.
    ///   - parent: The run that this is a network of, and the network's error on the test rows; nil for a whole run.
    /// - Throws: ``FileError``; ``RunError/invalidFile(path:reason:)`` if `metrics.jsonl` is damaged.
    init(_ record: RunRecord, of parent: (run: MLflowRun, testError: Double?)? = nil) throws {
        name = parent.map { "\($0.run.name)/\(record.name)" } ?? record.name
        let started = record.started ?? ""
        var hash = SHA256()
        hash.update(Array("\(name)\n\(parent?.run.id ?? started)".utf8))
        id = String(hash.hexDigest.prefix(32))
        start = UTCTime(iso8601: started).map { $0.seconds * 1000 } ?? parent?.run.start ?? 0
        status = Status(record.state)
        end =
            record.state == .running
            ? nil
            : (record.summary?.updated).flatMap(UTCTime.init(iso8601:)).map { $0.seconds * 1000 }
                ?? parent?.run.end ?? start
        let configuration = record.configuration
        let set = (configuration?.names ?? []).filter { configuration?[$0] != .null }
        parameters = set.filter(Self.isName).map { ($0, configuration?[$0].description ?? "") }
        problems = set.filter { !Self.isName($0) }.map { name in
            "\(record.run.configuration): option \(name.quoted): expected a name of letters, digits, spaces, '_', '-' and '.' that "
                + "begins with no '.', at most 250 bytes; the option is left out"
        }
        tags = Self.tags(of: record, name: name, parent: parent?.run.id)
        appendEpochs(of: record)
        try appendSteps(of: record)
        appendTestScores(of: record)
        if let error = parent?.testError {
            append("test_rmse", .init(time: end ?? start, value: error, step: max(0, record.epochs - 1)))
        }
    }

    private static func tags(of record: RunRecord, name: String, parent: String?) -> [(
        name: String, value: String
    )] {
        let configuration = record.configuration
        let tags: [(String, String?)] = [
            ("mlflow.runName", name), ("mlflow.source.type", "LOCAL"),
            ("mlflow.source.name", configuration.map { ShellWords.quoted($0.commandLine) }),
            ("mlflow.source.git.commit", configuration?.gitCommit), ("mlflow.parentRunId", parent),
            ("program", record.program), ("state", record.state.rawValue), ("reason", record.reason),
        ]
        return tags.compactMap { name, value in
            value.flatMap { $0.isEmpty ? nil : (name, String($0.prefix(valueLimit))) }
        }
    }

    /// The most characters that MLflow accepts in a tag.
    private static let valueLimit = 8000

    /// Returns whether MLflow accepts a name of a parameter, which is also the name of a file.
    static func isName(_ text: String) -> Bool {
        guard let first = text.utf8.first, text.utf8.count <= 250, first != UInt8(ascii: ".") else {
            return false
        }
        return text.unicodeScalars.allSatisfy {
            $0.properties.isAlphabetic || ("0"..."9").contains($0) || "_-. ".unicodeScalars.contains($0)
        }
    }

    private mutating func append(_ metric: String, _ point: Point) {
        metrics[metric, default: []].append(point)
    }

    /// Appends the columns of `metrics.csv`. Their time is the training time after the start, without pauses.
    private mutating func appendEpochs(of record: RunRecord) {
        var seconds = 0.0
        for row in record.metrics.rows {
            if row.seconds.isFinite { seconds += row.seconds }
            let time = time(after: seconds)
            for (name, value) in row.values { append(name, .init(time: time, value: value, step: row.epoch)) }
            append("seconds", .init(time: time, value: row.seconds, step: row.epoch))
        }
    }

    /// Appends the records of steps in `metrics.jsonl`, with `step/` before their names.
    private mutating func appendSteps(of record: RunRecord) throws {
        let path = record.run.records
        guard try POSIX.kind(at: path) != nil else { return }
        let content = try RecordFile.content(of: path)
        var seconds = 0.0
        // After the last line end, a line is still being written.
        for (index, line) in content.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            .dropLast()
            .enumerated()
        {
            let members: [String: JSONValue]
            do {
                members = try JSON.value(from: String(decoding: line, as: UTF8.self))
            } catch let error as DecodingError {
                throw RunError.invalidFile(path: path, reason: "line \(index + 1): \(JSON.reason(error))")
            }
            guard members["kind"] == .text("step"), case .integer(let step)? = members["step"] else {
                continue
            }
            if let span = members["seconds"].flatMap(Double.init(json:)), span.isFinite { seconds += span }
            let time = time(after: seconds)
            for (name, value) in members where !["kind", "split", "epoch", "step"].contains(name) {
                guard Metric.isName(name), let number = Double(json: value) else { continue }
                append("step/\(name)", .init(time: time, value: number, step: step))
            }
        }
    }

    private mutating func appendTestScores(of record: RunRecord) {
        guard let summary = record.summary, let epoch = summary.scoredEpoch else { return }
        let names = record.allMetrics.map(\.name) + [RunSummary.standardError]
        for split in [MetricSplit.test, .averagedTest] {
            for name in names {
                guard let value = summary[name, split] else { continue }
                append(MetricValue.key(split, name), .init(time: end ?? start, value: value, step: epoch))
            }
        }
    }

    private func time(after seconds: Double) -> Int {
        Int(exactly: (Double(start) + 1000 * seconds).rounded()) ?? start
    }
}

extension MLflowRun.Status {
    init(_ state: RunState) {
        self =
            switch state {
            case .running: .running
            case .finished: .finished
            case .stopped: .killed
            case .failed, .damaged: .failed
            }
    }
}

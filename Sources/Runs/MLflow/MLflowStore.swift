import Platform

/// A directory of MLflow's file store, `mlruns`, with runs of one experiment.
///
/// Source: the layout of `mlflow/store/tracking/file_store.py` and the command `mlflow migrate-filestore`, MLflow 3.17.
///
///     mlruns/<experiment>/meta.yaml
///     mlruns/<experiment>/<run>/meta.yaml
///     mlruns/<experiment>/<run>/params/<name>      the value
///     mlruns/<experiment>/<run>/tags/<name>        the value
///     mlruns/<experiment>/<run>/metrics/<name>     lines of "milliseconds value step"
///     mlruns/<experiment>/<run>/artifacts/<name>   copies of the run's files
package struct MLflowStore: Sendable {
    package let path: String
    /// The name of the experiment.
    package let experiment: String
    /// The directory of the experiment, whose name is its identifier.
    private let directory: String
    /// Whether the experiment was in the store before.
    private let exists: Bool

    private var identifier: String { FilePath.name(of: directory) }

    /// Finds the experiment in the directory or, if it is not there, determines its identifier. Nothing is written.
    ///
    /// - Parameters:
    ///   - path: The directory `mlruns`, which need not exist.
    ///   - experiment: The name of the experiment: 1 to 500 characters without control characters.
    package init(path: String, experiment: String) throws(FileError) {
        self.path = path
        self.experiment = experiment
        let names = try POSIX.kind(at: path, followingLinks: true) == nil ? [] : POSIX.names(in: path)
        let found = names.first { name in
            name.utf8.allSatisfy { (48...57).contains($0) }
                && Self.name(ofExperiment: FilePath.join(path, name)) == experiment
        }
        exists = found != nil
        directory = FilePath.join(path, found ?? Self.identifier(of: experiment))
    }

    /// Returns the identifier of a new experiment: 18 digits, as MLflow's own, that depend on its name only. A database
    /// stores it as a 64-bit integer.
    private static func identifier(of experiment: String) -> String {
        var hash = SHA256()
        hash.update(Array(experiment.utf8))
        let number = hash.digest.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        let smallest: UInt64 = 100_000_000_000_000_000
        return "\(smallest + number % (9 * smallest))"
    }

    /// Returns the name in an experiment's `meta.yaml`; nil if there is none.
    private static func name(ofExperiment directory: String) -> String? {
        guard let content = try? RecordFile.content(of: FilePath.join(directory, metadata), atMost: 1 << 16)
        else {
            return nil
        }
        let mark = "name: "
        let line = String(decoding: content, as: UTF8.self).split(separator: "\n").first {
            $0.hasPrefix(mark)
        }
        guard let text = line?.dropFirst(mark.count) else { return nil }
        // MLflow writes a name plainly or between single quotes, this program between double quotes, as in JSON.
        if text.hasPrefix("\"") { return try? JSON.value(from: String(text)) }
        guard text.count > 1, text.hasPrefix("'"), text.hasSuffix("'") else { return String(text) }
        return String(text.dropFirst().dropLast()).replacing("''", with: "'")
    }

    private static let metadata = "meta.yaml"

    /// Writes a run and, if it has several networks, each of them as a run below it. Runs that were written before are
    /// replaced.
    ///
    /// - Parameters:
    ///   - run: The run.
    ///   - programs: The known programs.
    /// - Returns: The identifiers of the runs, the run's own first, and the problems of unreadable files.
    /// - Throws: ``FileError``; ``RunError/invalidFile(path:reason:)`` if `metrics.jsonl` is damaged.
    package func write(_ run: RunDirectory, of programs: [Program]) throws -> (
        identifiers: [String], problems: [String]
    ) {
        let record = RunRecord(run, of: programs)
        let whole = try MLflowRun(record)
        let networks = try RunNetwork.all(in: run, of: programs).map { network in
            let directory = RunDirectory(path: FilePath.join(run.path, network.name))
            let record = RunRecord(directory, of: programs)
            return (record, try MLflowRun(record, of: (whole, network.testError)))
        }
        try writeExperiment(at: whole.start)
        try write(whole, record)
        for (record, network) in networks { try write(network, record) }
        return (
            [whole.id] + networks.map(\.1.id),
            record.problems + whole.problems + networks.flatMap { $0.0.problems + $0.1.problems }
        )
    }

    private func writeExperiment(at time: Int) throws(FileError) {
        try Directory.make(directory)
        let file = FilePath.join(directory, Self.metadata)
        guard !exists, try POSIX.kind(at: file) == nil else { return }
        try Self.write(
            [
                ("artifact_location", YAML.quoted(Self.address(directory))), ("creation_time", "\(time)"),
                ("experiment_id", YAML.quoted(identifier)), ("last_update_time", "\(time)"),
                ("lifecycle_stage", "active"), ("name", YAML.quoted(experiment)),
            ], to: file)
    }

    /// Writes a run. Its `meta.yaml`, without which MLflow does not see it, is written last. Files of an earlier export that
    /// are not replaced are removed.
    private func write(_ run: MLflowRun, _ record: RunRecord) throws(FileError) {
        let place = FilePath.join(directory, run.id)
        var files: [String: [UInt8]] = [:]
        for (name, value) in run.parameters { files["params/\(name)"] = Array(value.utf8) }
        for (name, value) in run.tags { files["tags/\(name)"] = Array(value.utf8) }
        for (name, points) in run.metrics {
            let lines = points.map { "\($0.time) \($0.value) \($0.step)\n" }
            files["metrics/\(name)"] = Array(lines.joined().utf8)
        }
        let copies = try copies(of: record.run)
        for folder in ["params", "tags", "metrics", "metrics/step", "artifacts"] {
            let path = FilePath.join(place, folder)
            try Directory.make(path)
            for name in try POSIX.names(in: path) where files["\(folder)/\(name)"] == nil {
                let file = FilePath.join(path, name)
                let isCopy = folder == "artifacts" && copies.contains { $0.name == name }
                guard !isCopy, try POSIX.kind(at: file) == .regular else { continue }
                try POSIX.discardFile(file)
            }
        }
        for (name, content) in files { try Self.write(content, to: FilePath.join(place, name)) }
        let artifacts = FilePath.join(place, "artifacts")
        for (name, source) in copies {
            try Self.write(RecordFile.content(of: source), to: FilePath.join(artifacts, name))
        }
        try Self.write(
            [
                ("artifact_uri", YAML.quoted(Self.address(artifacts))),
                ("end_time", run.end.map(String.init) ?? "null"), ("entry_point_name", "''"),
                ("experiment_id", YAML.quoted(identifier)), ("lifecycle_stage", "active"),
                ("run_id", run.id), ("run_name", YAML.quoted(run.name)), ("run_uuid", run.id),
                ("source_name", "''"), ("source_type", "4"), ("source_version", "''"),
                ("start_time", "\(run.start)"), ("status", "\(run.status.rawValue)"), ("tags", "[]"),
                ("user_id", "''"),
            ], to: FilePath.join(place, Self.metadata))
    }

    /// Returns the regular files of a run's directory, without the files for TensorBoard, and the best checkpoint or, if there
    /// is none, the newest, as `model.safetensors`.
    private func copies(of run: RunDirectory) throws(FileError) -> [(name: String, source: String)] {
        var copies: [(String, String)] = []
        for name in try POSIX.names(in: run.path) {
            let file = FilePath.join(run.path, name)
            guard try POSIX.kind(at: file) == .regular, file != run.lock, !name.hasPrefix("events.") else {
                continue
            }
            copies.append((name, file))
        }
        let links = [run.bestCheckpoint, run.lastCheckpoint]
        guard let name = links.lazy.compactMap({ POSIX.target(ofLink: $0) }).first, !name.contains("/") else {
            return copies
        }
        let checkpoint = FilePath.join(run.checkpoints, name)
        guard try POSIX.kind(at: checkpoint) == .regular else { return copies }
        return copies.filter { $0.0 != "model.safetensors" } + [("model.safetensors", checkpoint)]
    }

    private static func write(_ members: [(name: String, value: String)], to path: String) throws(FileError) {
        try write(members.map { "\($0.name): \($0.value)\n" }.joined(), to: path)
    }

    private static func write(_ text: String, to path: String) throws(FileError) {
        try write(Array(text.utf8), to: path)
    }

    /// A power cut may revert the file; it can be exported again.
    private static func write(_ bytes: [UInt8], to path: String) throws(FileError) {
        try AtomicFile.write(bytes, to: path, .none)
    }

    /// Returns the address of a directory, `file:///…`.
    private static func address(_ path: String) -> String {
        let whole = path.hasPrefix("/") ? path : FilePath.join(POSIX.workingDirectory ?? "/", path)
        let plain = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/".utf8)
        let escaped = whole.utf8.map { byte in
            plain.contains(byte)
                ? String(UnicodeScalar(byte))
                : "%" + byte.padded(to: 2, radix: 16)
        }
        return "file://" + escaped.joined()
    }
}

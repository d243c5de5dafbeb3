import Platform
import Training

/// One of several networks of a run, each in a subdirectory of the run: `lstm-0`.
package struct RunNetwork {
    package let name: String
    package let metrics: RunMetrics
    /// The root mean squared error (RMSE) on the test rows; nil if the run has none.
    package let testError: Double?
    /// Problems of unreadable files, each a line that names the file.
    package let problems: [String]

    /// Returns the networks of a run with their names; empty if the run itself has metrics.
    package static func all(in run: RunDirectory, of programs: [Program]) -> [RunNetwork] {
        guard ((try? POSIX.kind(at: run.metrics)) ?? nil) == nil, let names = try? POSIX.names(in: run.path)
        else {
            return []
        }
        let errors = testErrors(of: run)
        return names.sorted().compactMap { name in
            let directory = RunDirectory(path: FilePath.join(run.path, name))
            guard ((try? POSIX.kind(at: directory.metrics)) ?? nil) == .regular else { return nil }
            let record = RunRecord(directory, of: programs)
            return RunNetwork(
                name: name, metrics: record.metrics, testError: errors[name], problems: record.problems)
        }
    }

    /// Returns the errors in `results.csv`, by the names of the networks.
    private static func testErrors(of run: RunDirectory) -> [String: Double] {
        guard let content = try? RecordFile.content(of: FilePath.join(run.path, "results.csv")) else {
            return [:]
        }
        let lines = String(decoding: content, as: UTF8.self).split(whereSeparator: \.isNewline)
            .map { $0.split(separator: ",", omittingEmptySubsequences: false) }
        guard let header = lines.first, let model = header.firstIndex(of: "model"),
            let seed = header.firstIndex(of: "seed"), let split = header.firstIndex(of: "split"),
            let error = header.firstIndex(of: "rmse")
        else { return [:] }
        var errors: [String: Double] = [:]
        for line in lines.dropFirst() where line.count == header.count && line[split] == "test" {
            errors["\(line[model])-\(line[seed])"] = Double(line[error])
        }
        return errors
    }
}

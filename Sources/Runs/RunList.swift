import Console
import Platform
import Training

/// The list of runs in a directory, as printed by `mnist-bilstm runs`, the newest last.
package struct RunList: Sendable {
    package let root: String
    package let runs: [RunRecord]
    /// The names in the directory that are not UTF-8, as messages show them. Directories with such names cannot be
    /// opened.
    private let foreignNames: [String]

    /// - Throws: ``FileError`` if the directory cannot be read. A directory that does not exist contains no runs.
    package init(root: String, of programs: [Program]) throws(FileError) {
        self.root = root
        var names: [String] = []
        var foreignNames: [String] = []
        do throws(FileError) {
            (names, foreignNames) = try OpenDirectory(root).entries()
        } catch {
            if !error.isMissing { throw error }
        }
        self.foreignNames = foreignNames
        runs = names.map { FilePath.join(root, $0) }.filter(Self.isRun).map {
            RunRecord(RunDirectory(path: $0), of: programs)
        }
        .sorted { ($0.started ?? "", $0.name) < ($1.started ?? "", $1.name) }
    }

    /// Returns whether a path is a run. The link `latest` is not.
    private static func isRun(_ path: String) -> Bool {
        (try? POSIX.kind(at: path)) == .directory && RunDirectory(path: path).hasRun
    }

    /// Returns the list as a table for people.
    package func text() -> String {
        let foreign = foreignNames.map { "\(root): \($0): expected a name in UTF-8; rename the directory" }
        if runs.isEmpty {
            return (["No runs in \(root)."] + foreign).joined(separator: "\n").printable
        }
        var table = TextTable(
            [
                .init("Run"), .init("Started (UTC)"), .init("Epochs", .right), .init("Best acc %", .right),
                .init("Split"),
                .init("Test acc %", .right), .init("Seconds", .right), .init("State"),
            ], style: .plain)
        for run in runs {
            table.append([
                run.name, run.started.map { String(TextFormat.readableTime($0).prefix(16)) } ?? "–",
                run.epochsText,
                run.metrics.bestAccuracy.map(TextFormat.percent) ?? "–",
                run.metrics.rows.isEmpty ? "" : run.monitoredSplit, run.testAccuracyText ?? "–",
                TextFormat.fixed(run.trainingSeconds, decimals: 1), run.state.rawValue,
            ])
        }
        let problems = runs.flatMap(\.problems) + foreign
        let lines =
            [table.rendered()] + (problems.isEmpty ? [] : ["", "Files that cannot be read:"] + problems)
        return lines.joined(separator: "\n").printable
    }

    /// Returns the list as a JSON array of objects; unknown values are null.
    package func json() throws -> String { try JSON.text(runs.map(Entry.init)) }

    private struct Entry: Encodable {
        let run: RunRecord

        enum Key: String, CodingKey {
            case name, path, started, state, reason, epochs, wantedEpochs, bestAccuracy, bestAccuracyOf,
                testAccuracy
            case testStandardError, trainingSeconds, problems
        }

        init(_ run: RunRecord) { self.run = run }

        func encode(to encoder: any Encoder) throws {
            var values = encoder.container(keyedBy: Key.self)
            try values.encode(run.name, forKey: .name)
            try values.encode(run.run.path, forKey: .path)
            try values.encode(run.started, forKey: .started)
            try values.encode(run.state, forKey: .state)
            try values.encode(run.reason, forKey: .reason)
            try values.encode(run.epochs, forKey: .epochs)
            try values.encode(run.wantedEpochs, forKey: .wantedEpochs)
            try values.encode(run.metrics.bestAccuracy, forKey: .bestAccuracy)
            try values.encode(
                run.metrics.rows.isEmpty ? nil : run.monitoredSplit, forKey: .bestAccuracyOf)
            try values.encode(run.summary?["accuracy", .test], forKey: .testAccuracy)
            try values.encode(run.summary?.standardError(.test), forKey: .testStandardError)
            try values.encode(run.trainingSeconds, forKey: .trainingSeconds)
            try values.encode(run.problems, forKey: .problems)
        }
    }
}

extension RunRecord {
    /// The split that determines the best epoch.
    package var monitoredSplit: String { hasValidation ? "validation" : "train" }

    /// The test accuracy with its standard error: "98.21 ± 0.13".
    package var testAccuracyText: String? { accuracyText(.test) }

    /// The test accuracy of the averaged weights, in the same form.
    package var averagedTestAccuracyText: String? { accuracyText(.averagedTest) }

    private func accuracyText(_ split: MetricSplit) -> String? {
        Self.text(summary?["accuracy", split], error: summary?.standardError(split))
    }

    private static func text(_ accuracy: Double?, error: Double?) -> String? {
        accuracy.map { TextFormat.percent($0) + (error.map { " ± \(TextFormat.percent($0))" } ?? "") }
    }
}

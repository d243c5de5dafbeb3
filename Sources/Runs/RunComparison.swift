import Console
import Pictures
import Platform
import Training

/// A comparison of runs, as shown by `mnist-bilstm runs compare`.
package struct RunComparison: Sendable {
    /// The runs, each with a unique name.
    private let runs: [Entrant]

    private struct Entrant {
        let label: String
        let record: RunRecord
        /// The networks of a run with several, each in a separate directory; empty for a run with one network.
        let networks: [RunNetwork]
    }

    /// - Parameters:
    ///   - directories: The runs' directories, at least two.
    ///   - programs: The known programs.
    package init(_ directories: [RunDirectory], of programs: [Program]) {
        let records = directories.map { RunRecord($0, of: programs) }
        let short = records.map { RunDirectory.parts(ofName: $0.name).map { String($0.name) } ?? $0.name }
        let cut = short.map { $0.count > 28 ? "\($0.prefix(27))…" : $0 }
        let labels = [cut, short].first { Set($0).count == $0.count } ?? records.map(\.name)
        runs = zip(labels, records).map {
            Entrant(label: $0, record: $1, networks: RunNetwork.all(in: $1.run, of: programs))
        }
    }

    /// Returns a table of the options in which the runs differ, and of the results, with a column for each run.
    ///
    /// - Parameter environment: Whether machine, version and so on are compared too.
    package func text(environment: Bool = false) -> String {
        var table = TextTable([.init("")] + runs.map { .init($0.label, .right) }, style: .plain)
        let options = differences()
        for row in options { table.append([row.name] + row.values) }
        if environment {
            if !table.isEmpty { table.appendRule() }
            for row in environmentRows() { table.append([row.name] + row.values) }
        }
        if !table.isEmpty { table.appendRule() }
        for (name, value) in Self.results {
            let values = runs.map { value($0.record) }
            if name == Self.averaged || haveNetworks, values.allSatisfy({ $0 == nil }) { continue }
            table.append([name] + values.map { $0 ?? "–" })
        }
        for metric in otherMetrics() {
            let title = metric.title.lowercased()
            func append(_ name: String, _ value: (RunRecord) -> Double?) {
                table.append([name] + runs.map { value($0.record).map(metric.text) ?? "–" })
            }
            append("Train \(title)") { $0.summary?[metric.name, .train] }
            append("\(metric.title) at best epoch") { $0.metrics.best?.monitored(metric.name) }
            append("Test \(title)") { $0.summary?[metric.name, .test] }
        }
        for row in networkRows() { table.append([row.name] + row.values) }
        let problems = runs.flatMap { $0.record.problems + $0.networks.flatMap(\.problems) }
        let unknown = runs.filter { $0.record.configuration == nil }.map(\.label)
        var notes = unknown.map { "The options of \($0) are unknown." }
        if options.isEmpty, runs.count - unknown.count > 1 {
            notes.insert(
                unknown.isEmpty ? "All runs have the same options." : "The other runs have the same options.",
                at: 0)
        }
        let lines =
            notes + [table.rendered()]
            + (problems.isEmpty ? [] : ["", "Files that cannot be read:"] + problems)
        return lines.joined(separator: "\n").printable
    }

    /// Returns the options whose values differ between runs: "–" where an option has no effect, "?" for a run that does
    /// not contain it. Options without an effect in any run are left out.
    package func differences() -> [(name: String, values: [String])] {
        var names: [String] = []
        for configuration in runs.compactMap(\.record.configuration) {
            for name in configuration.names where !names.contains(name) && configuration.isCompared(name) {
                names.append(name)
            }
        }
        return names.compactMap { name in
            let values = runs.map { $0.record.configuration?[name].description }
            let areUsed = runs.map { $0.record.configuration?.hasEffect(name) ?? false }
            guard Set(values.compactMap(\.self)).count > 1, areUsed.contains(true) else { return nil }
            let texts = zip(runs, zip(values, areUsed)).map { run, option in
                option.1 ? option.0 ?? "?" : run.record.configuration == nil ? "?" : "–"
            }
            let owners = runs.compactMap(\.record.configuration).filter { $0.names.contains(name) }
            let isKey = owners.allSatisfy(\.isOfLibrary)
            return (isKey ? name : OptionDescription.name(ofKey: name), texts)
        }
    }

    /// Returns the metrics of all runs other than loss and accuracy.
    private func otherMetrics() -> [Metric] {
        let all = runs.flatMap(\.record.otherMetrics)
        return all.indices.filter { !all[..<$0].contains(all[$0]) }.map { all[$0] }
    }

    private func environmentRows() -> [(name: String, values: [String])] {
        let all = runs.map { $0.record.configuration?.environment ?? [] }
        var names: [String] = []
        for (name, _) in all.joined() where !names.contains(name) { names.append(name) }
        return names.map { name in (name, all.map { rows in rows.first { $0.name == name }?.value ?? "?" }) }
    }

    /// The name of the row for averaged weights. It is shown only if a run has them.
    private static let averaged = "EMA test acc %"

    private static let results: [(String, @Sendable (RunRecord) -> String?)] = [
        ("State", { $0.state.rawValue }),
        ("Epochs", { $0.epochsText }),
        ("Seconds", { TextFormat.fixed($0.trainingSeconds, decimals: 1) }),
        ("Parameters", { ($0.configuration?.parameterCount).map(TextFormat.grouped) }),
        ("Best epoch", { $0.metrics.best.map { "\($0.epoch)" } }),
        ("Loss at best epoch", { $0.metrics.best.map { TextFormat.loss($0.monitoredLoss) } }),
        ("Acc % at best epoch", { $0.metrics.best?.monitoredAccuracy.map(TextFormat.percent) }),
        ("Split", { $0.metrics.rows.isEmpty ? nil : $0.monitoredSplit }),
        ("Train acc %", { $0.summary?["accuracy", .train].map(TextFormat.percent) }),
        ("Test acc %", { $0.testAccuracyText }),
        (averaged, { $0.averagedTestAccuracyText }),
        ("Test loss", { $0.summary?["loss", .test].map(TextFormat.loss) }),
    ]

    private var haveNetworks: Bool { runs.allSatisfy { !$0.networks.isEmpty } }

    /// Returns the losses and errors of the networks of runs that have several.
    private func networkRows() -> [(name: String, values: [String])] {
        var names: [String] = []
        for network in runs.flatMap(\.networks) where !names.contains(network.name) {
            names.append(network.name)
        }
        func row(_ name: String, _ network: String, _ value: (RunNetwork) -> Double?) -> (String, [Double?]) {
            (name, runs.map { $0.networks.first { $0.name == network }.flatMap(value) })
        }
        let rows = names.flatMap { name in
            [
                row("\(name): best loss", name) { $0.metrics.best?.monitoredLoss },
                row("\(name): test RMSE", name) { $0.testError },
            ]
        }
        return rows.filter { $1.contains { $0 != nil } }.map { name, values in
            let style = NumberStyle(values.compactMap(\.self), digits: 4)
            return (name, values.map { $0.map(style.text) ?? "–" })
        }
    }

    /// The curves of all runs in one chart. Runs with several networks have a curve for each network.
    package var chart: some Chart {
        RunCurves.comparison(
            runs.flatMap { run in
                run.networks.isEmpty
                    ? [(run.label, run.record.metrics)]
                    : run.networks.map { ("\(run.label) \($0.name)", $0.metrics) }
            }, known: otherMetrics())
    }

    /// Replaces the file of the chart.
    package func writeChart(to path: String) throws(FileError) {
        try AtomicFile.writeOutput(chart.svgFile, to: path)
    }

    /// Writes the chart as `compare.svg`, `compare-2.svg` and so on: the first name that is not used, or whose file
    /// has the same content.
    ///
    /// - Returns: The path of the file.
    package func writeChart(in directory: String) throws(FileError) -> String {
        let content = Array(chart.svgFile.utf8)
        var number = 1
        while true {
            let path = FilePath.join(directory, number == 1 ? "compare.svg" : "compare-\(number).svg")
            if try POSIX.kind(at: path) == nil {
                try AtomicFile.writeOutput(content, to: path)
                return path
            }
            if (try? RecordFile.content(of: path)) == content { return path }
            number += 1
        }
    }
}

import Console
import NeuralNetworks
import Platform

/// The description of a run, as printed by `mnist-bilstm runs show`.
package struct RunDescription: Sendable {
    private let record: RunRecord

    /// - Parameters:
    ///   - run: The run to describe.
    ///   - programs: The known programs.
    package init(_ run: RunDirectory, of programs: [Program]) { record = RunRecord(run, of: programs) }

    package func text() -> String {
        var lines = facts.map { name, value in
            "\(name):\(String(repeating: " ", count: max(1, 10 - name.count)))\(value)"
        }
        if let configuration = record.configuration {
            let chosen = configuration.names.filter(configuration.isChosen)
            lines.append(
                chosen.isEmpty
                    ? "\nAll options have their default values."
                    : configuration.isImported
                        ? "\nModel and data that differ from the defaults:"
                        : configuration.knowsDefaults
                            ? "\nOptions that differ from the defaults:" : "\nOptions:")
            lines += chosen.map { key in
                configuration.isOfLibrary
                    ? "  \(key): \(configuration[key].description)"
                    : "  \(ShellWords.quoted(configuration.words(key)))"
            }
        }
        if let results = results() { lines += ["", results.rendered()] }
        if let files = files() { lines += ["", files.rendered()] }
        if !record.problems.isEmpty { lines += ["", "Files that cannot be read:"] + record.problems }
        if record.canResume {
            let command = record.run.resumption(of: record.program)
            lines.append(
                record.hasDiverged && record.configuration?.isOfLibrary != true
                    ? "\nResume with a lower learning rate: \(command) --learning-rate RATE --allow-changes"
                    : "\nResume with: \(command)")
        }
        return lines.joined(separator: "\n").printable
    }

    private var facts: [(String, String)] {
        let epochs = record.wantedEpochs.map { "\(record.epochs) of \($0)" } ?? "\(record.epochs)"
        let summary = record.summary
        let state = record.state.rawValue + (record.reason.map { " (\($0))" } ?? "")
        let best = record.metrics.best.map {
            "epoch \($0.epoch), \(record.monitoredSplit) loss \(TextFormat.loss($0.monitoredLoss))"
        }
        let time = TextFormat.timeSpan(record.trainingSeconds)
        return [
            ("Run", record.run.path), ("State", state),
            ("Started", record.started.map(TextFormat.readableTime)),
            ("Updated", (summary?.updated).map(TextFormat.readableTime)),
            (
                "Epochs",
                record.isImported
                    ? nil
                    : "\(epochs)\((summary?.steps).map { ", \(TextFormat.count($0, "step"))" } ?? "") in \(time)"
            ),
            ("Best", best),
        ].compactMap { name, value in value.map { (name, $0) } }
    }

    /// Returns the final scores, or the scores of the last epoch.
    private func results() -> TextTable? {
        let others = record.otherMetrics
        let hasAccuracy = record.metrics.rows.isEmpty || record.metrics.hasAccuracy
        var table = TextTable(
            [.init("Split")] + (hasAccuracy ? [.init("Accuracy %", .right)] : []) + [.init("Loss", .right)]
                + others.map { .init($0.title, .right) } + [.init("Weights")], style: .plain)
        func append(_ name: String, _ weights: String, accuracy: String? = nil, _ value: (String) -> Double?)
        {
            let percent = accuracy ?? value("accuracy").map(TextFormat.percent)
            guard percent != nil || !hasAccuracy, let loss = value("loss") else { return }
            table.append(
                [name] + (hasAccuracy ? [percent ?? "–"] : []) + [TextFormat.loss(loss)]
                    + others.map { metric in value(metric.name).map(metric.text) ?? "–" } + [weights])
        }
        if let summary = record.summary, let epoch = summary.scoredEpoch {
            let weights = "after epoch \(epoch)"
            append("train", weights) { summary[$0, .train] }
            append("validation", weights) { summary[$0, .validation] }
            append("test", weights, accuracy: record.testAccuracyText) { summary[$0, .test] }
            append("validation", "EMA, \(weights)") { summary[$0, .averagedValidation] }
            append("test", "EMA, \(weights)", accuracy: record.averagedTestAccuracyText) {
                summary[$0, .averagedTest]
            }
        } else if let row = record.metrics.rows.last {
            append("train", "during epoch \(row.epoch)") { row.value($0, .train) }
            append("validation", "after epoch \(row.epoch)") { row.value($0, .validation) }
            append("validation", "EMA, after epoch \(row.epoch)") { row.value($0, .averagedValidation) }
        }
        return table.isEmpty ? nil : table
    }

    private func files() -> TextTable? {
        guard let names = try? POSIX.names(in: record.run.path) else { return nil }
        var table = TextTable([.init("File"), .init("Size", .right)], style: .plain)
        for directory in ["", "checkpoints"] {
            let path = directory.isEmpty ? record.run.path : record.run.checkpoints
            for name in directory.isEmpty ? names : (try? POSIX.names(in: path)) ?? [] {
                let title = directory.isEmpty ? name : "\(directory)/\(name)"
                let file = FilePath.join(path, name)
                switch (try? POSIX.kind(at: file)) ?? nil {
                case .regular where file != record.run.lock:
                    let size = try? OpenFile(file, .reading).status().size
                    table.append([title, size.map(TextFormat.bytes) ?? "–"])
                case .symbolicLink: table.append(["\(title) → \(POSIX.target(ofLink: file) ?? "?")", ""])
                default: break
                }
            }
        }
        return table.isEmpty ? nil : table
    }
}

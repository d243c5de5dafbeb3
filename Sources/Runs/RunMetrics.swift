import Platform

/// What `metrics.csv` holds, as far as it can be read: also that of a run that is being written or was killed.
package struct RunMetrics: Hashable, Sendable {
    /// One epoch. Numbers that are not finite, or missing, are NaN or infinite.
    package struct Row: Hashable, Sendable {
        package var epoch: Int
        package var trainLoss: Double
        /// Percent, as all accuracies here; nil of a regressor.
        package var trainAccuracy: Double?
        package var validationLoss: Double?
        package var validationAccuracy: Double?
        /// Of the averaged weights.
        package var averagedLoss: Double?
        package var averagedAccuracy: Double?
        package var seconds: Double

        /// The loss that the best epoch is chosen by.
        package var monitoredLoss: Double { validationLoss ?? trainLoss }
        package var monitoredAccuracy: Double? { validationAccuracy ?? trainAccuracy }
    }

    package var rows: [Row] = []
    /// Whether it is a classifier that was trained.
    package var hasAccuracy = true
    /// Whether samples were held out.
    package var hasValidation = false
    /// Whether these were scored by averaged weights, too.
    package var hasAverage = false

    package init() {}

    /// The epoch of the lowest monitored loss; nil without any.
    package var best: Row? {
        rows.reduce(nil) { best, row in
            guard row.monitoredLoss.isFinite else { return best }
            guard let best, best.monitoredLoss <= row.monitoredLoss else { return row }
            return best
        }
    }

    /// The highest monitored accuracy.
    package var bestAccuracy: Double? { rows.compactMap(\.monitoredAccuracy).filter(\.isFinite).max() }

    package var seconds: Double { rows.map(\.seconds).filter(\.isFinite).reduce(0, +) }
}

extension RunMetrics {
    /// Reads the file.
    ///
    /// - Returns: what could be read, and what is wrong with the first line that could not. A last line without an
    ///   end is one that is being written, and no problem.
    package static func read(from path: String) throws(FileError) -> (metrics: RunMetrics, problem: String?) {
        let text = String(decoding: try RecordFile.content(of: path), as: UTF8.self)
        return parse(text, path: path)
    }

    package static func parse(_ text: String, path: String) -> (metrics: RunMetrics, problem: String?) {
        var metrics = RunMetrics()
        let lines = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        guard lines.count > 1 else { return (metrics, nil) }
        let columns = cells(lines[0])
        for name in ["epoch", "train_loss"] where !columns.contains(name) {
            return (metrics, "\(path): line 1: expected a column \(name.quoted), found none")
        }
        metrics.hasAccuracy = columns.contains("train_accuracy")
        metrics.hasValidation = columns.contains("validation_loss")
        metrics.hasAverage = columns.contains("ema_validation_loss")
        var problem: String?
        for (index, line) in lines.enumerated().dropFirst().dropLast() {
            let cells = cells(line)
            if cells.count == columns.count, let row = row(columns, cells) {
                metrics.rows.append(row)
            } else if problem == nil {
                problem =
                    "\(path): line \(index + 1): expected \(columns.count) numbers, as line 1 names, found "
                    + String(cells.joined(separator: ",").prefix(80)).quoted
            }
        }
        return (metrics, problem)
    }

    private static func cells(_ line: Substring.UTF8View) -> [String] {
        line.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false).map {
            String(Substring($0))
        }
    }

    private static func row(_ columns: [String], _ cells: [String]) -> Row? {
        var numbers: [String: Double] = [:]
        for (name, cell) in zip(columns, cells) where name != "epoch" {
            guard let number = cell.isEmpty ? .nan : Double(cell) else { return nil }
            numbers[name] = number
        }
        guard let place = columns.firstIndex(of: "epoch"), let epoch = Int(cells[place]),
            (0..<1 << 40).contains(epoch)
        else { return nil }
        return Row(
            epoch: epoch, trainLoss: numbers["train_loss"] ?? .nan,
            trainAccuracy: numbers["train_accuracy"], validationLoss: numbers["validation_loss"],
            validationAccuracy: numbers["validation_accuracy"], averagedLoss: numbers["ema_validation_loss"],
            averagedAccuracy: numbers["ema_validation_accuracy"], seconds: numbers["seconds"] ?? .nan)
    }
}

import Platform
import Training

/// The readable content of `metrics.csv`, also of a run in progress or a killed one.
package struct RunMetrics: Hashable, Sendable {
    /// The values of one epoch. Missing numbers are NaN; others may be NaN or infinite.
    package struct Row: Hashable, Sendable {
        package var epoch: Int
        /// The values by the names of their columns; accuracies are in percent.
        package var values: [String: Double]
        package var seconds: Double

        package init(epoch: Int, values: [String: Double], seconds: Double) {
            self.epoch = epoch
            self.values = values
            self.seconds = seconds
        }

        /// Returns the value of a metric by its name; nil if the run does not have it.
        package func value(_ metric: String, _ split: MetricSplit) -> Double? {
            values[MetricValue.key(split, metric)]
        }

        /// Returns the value by which epochs are compared: on the validation set or, if there is none, on the training
        /// set.
        package func monitored(_ metric: String) -> Double? {
            value(metric, .validation) ?? value(metric, .train)
        }

        /// The loss that determines the best epoch.
        package var monitoredLoss: Double { monitored("loss") ?? .nan }
        package var monitoredAccuracy: Double? { monitored("accuracy") }
        package var trainLoss: Double { value("loss", .train) ?? .nan }
    }

    package var rows: [Row] = []
    /// The names of the metrics, in the order of their columns.
    package var names = ["loss", "accuracy"]
    /// Whether there is a validation set.
    package var hasValidation = false
    /// Whether averaged weights were evaluated on it as well.
    package var hasAverage = false

    package init() {}

    package var hasAccuracy: Bool { names.contains("accuracy") }

    /// The epoch with the lowest monitored loss; nil if there is none.
    package var best: Row? {
        rows.reduce(nil) { best, row in
            guard row.monitoredLoss.isFinite else { return best }
            guard let best, best.monitoredLoss <= row.monitoredLoss else { return row }
            return best
        }
    }

    /// Returns the best monitored value of a metric; nil if there is none.
    package func best(_ metric: Metric) -> Double? {
        let values = rows.compactMap { $0.monitored(metric.name) }.filter(\.isFinite)
        return metric.higherIsBetter ? values.max() : values.min()
    }

    /// The highest monitored accuracy.
    package var bestAccuracy: Double? { best(.accuracy) }

    package var seconds: Double { rows.map(\.seconds).filter(\.isFinite).reduce(0, +) }
}

extension RunMetrics {
    /// Reads the file.
    ///
    /// - Returns: The readable rows, and the problem of the first unreadable line. A last line without a line end is
    ///   still being written and is not a problem.
    package static func read(from path: String) throws(FileError) -> (metrics: RunMetrics, problem: String?) {
        let content = try RecordFile.content(of: path, atMost: largestFile)
        let text = String(decoding: content, as: UTF8.self)
        return parse(text, path: path)
    }

    /// The number of bytes after which a file is not read further: more than 100,000 epochs.
    private static let largestFile = 64 << 20

    package static func parse(_ text: String, path: String) -> (metrics: RunMetrics, problem: String?) {
        var metrics = RunMetrics()
        let lines = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        guard lines.count > 1 else { return (metrics, nil) }
        let columns = cells(lines[0])
        // The names are checked before they are compared: comparing names with many combining marks takes time that
        // grows with the square of their length.
        if let column = columns.first(where: { !Metric.isName($0) }) {
            let found = String(String.UnicodeScalarView(column.unicodeScalars.prefix(80))).quoted
            return (
                metrics,
                "\(path): line 1: expected names of lowercase letters, digits and underscores, found \(found)"
            )
        }
        for name in ["epoch", "train_loss"] where !columns.contains(name) {
            return (metrics, "\(path): line 1: expected a column \(name.quoted), found none")
        }
        let mark = MetricValue.key(.train, "")
        metrics.names = columns.filter { $0.hasPrefix(mark) && $0 != mark }
            .map { String($0.dropFirst(mark.count)) }
        metrics.hasValidation = columns.contains(MetricValue.key(.validation, "loss"))
        metrics.hasAverage = columns.contains(MetricValue.key(.averagedValidation, "loss"))
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
        let seconds = numbers.removeValue(forKey: "seconds") ?? .nan
        return Row(epoch: epoch, values: numbers, seconds: seconds)
    }
}

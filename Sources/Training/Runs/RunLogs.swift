import NeuralNetworks

/// What a run writes while it trains: `metrics.csv` and `metrics.jsonl`. Accuracy is in percent, as everywhere a
/// run shows it.
final class RunLogs {
    private let table: MetricsCSV
    private let records: MetricsJSONL

    /// Creates the files, in place of those that a run left which never came to a checkpoint.
    init(creating run: RunDirectory, hasValidation: Bool) throws {
        for path in [run.metrics, run.records] { try POSIX.discardFile(path) }
        table = try MetricsCSV(path: run.metrics, columns: Self.columns(hasValidation))
        records = try MetricsJSONL(creating: run.records)
    }

    /// Goes on with the files from where they were when a checkpoint was made.
    init(continuing run: RunDirectory, at positions: LogPositions, hasValidation: Bool) throws {
        table = try MetricsCSV(
            continuing: run.metrics, columns: Self.columns(hasValidation), rows: positions.rows)
        records = try MetricsJSONL(continuing: run.records, records: positions.records)
    }

    static func columns(_ hasValidation: Bool) -> [String] {
        ["epoch", "train_loss", "train_accuracy"]
            + (hasValidation ? ["validation_loss", "validation_accuracy"] : [])
            + ["learning_rate", "seconds", "images_per_second"]
    }

    /// - Parameter window: what the steps since the last one came to.
    func append(_ record: StepRecord, window: Score, seconds: Double) throws {
        try records.append([
            ("kind", .text("step")), ("split", .text("train")), ("epoch", .integer(record.epoch)),
            ("step", .integer(record.step)), ("loss", .double(window.loss)),
            ("accuracy", .double(100 * window.accuracy)), ("learning_rate", .double(record.learningRate)),
            ("gradient_norm", record.gradientNorm.map { .double($0) }), ("seconds", .double(seconds)),
            ("images_per_second", .double(Double(window.count) / seconds)),
        ])
    }

    func append(_ record: EpochRecord, trainer: Trainer) throws {
        var row: [MetricsCSV.Value] = [
            .integer(record.epoch), .double(record.loss), .double(100 * record.accuracy),
        ]
        if let validation = record.validation {
            row += [.double(validation.loss), .double(100 * validation.accuracy)]
        }
        row += [.double(record.learningRate), .double(record.seconds), .double(record.samplesPerSecond)]
        try table.append(row)
        try records.append([
            ("kind", .text("epoch")), ("split", .text("train")), ("epoch", .integer(record.epoch)),
            ("step", .integer(record.step)), ("loss", .double(record.loss)),
            ("accuracy", .double(100 * record.accuracy)), ("learning_rate", .double(record.learningRate)),
            ("seconds", .double(record.seconds)), ("images_per_second", .double(record.samplesPerSecond)),
        ])
        if let validation = record.validation {
            try append(validation, kind: "epoch", split: "validation", epoch: record.epoch, step: record.step)
        }
    }

    /// The final score of a split.
    func append(_ score: Score, kind: String, split: String, epoch: Int, step: Int) throws {
        try records.append([
            ("kind", .text(kind)), ("split", .text(split)), ("epoch", .integer(epoch)),
            ("step", .integer(step)), ("loss", .double(score.loss)),
            ("accuracy", .double(100 * score.accuracy)),
        ])
    }

    func positions(window: Score) -> LogPositions {
        var positions = LogPositions()
        positions.rows = table.rows
        positions.records = records.records
        positions.window = window
        return positions
    }

    /// Returns when everything has reached the disk.
    func synchronize() throws {
        try table.synchronize()
        try records.synchronize()
    }
}

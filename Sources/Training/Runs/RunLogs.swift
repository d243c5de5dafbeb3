import NeuralNetworks
import TensorBoard

/// What a run writes while it trains: `metrics.csv`, `metrics.jsonl` and the files for TensorBoard. Accuracy is in
/// percent, as everywhere a run shows it.
final class RunLogs {
    private let table: MetricsCSV
    private let records: MetricsJSONL
    private let events: EventLog

    /// Creates the files, in place of those that a run left which never came to a checkpoint.
    init(creating run: RunDirectory, hasValidation: Bool) throws {
        for path in [run.metrics, run.records] { try POSIX.discardFile(path) }
        table = try MetricsCSV(path: run.metrics, columns: Self.columns(hasValidation))
        records = try MetricsJSONL(creating: run.records)
        events = try EventLog(creating: run)
        if let text = contents(ofSmallFile: run.configuration) {
            try events.append([.text(tag: "config", markdown: "```json\n\(text)```\n")], step: 0)
        }
    }

    /// Goes on with the files from where they were when a checkpoint was made.
    init(continuing run: RunDirectory, at positions: LogPositions, hasValidation: Bool) throws {
        table = try MetricsCSV(
            continuing: run.metrics, columns: Self.columns(hasValidation), rows: positions.rows)
        records = try MetricsJSONL(continuing: run.records, records: positions.records)
        events = try EventLog(continuing: run, count: positions.events)
    }

    /// Checks that a checkpoint's logs can be gone on with, so that nothing is removed or cut off if not.
    ///
    /// - Throws: ``FileError``; ``RunError``
    static func check(_ run: RunDirectory, reach positions: LogPositions, hasValidation: Bool) throws {
        try MetricsCSV.check(run.metrics, columns: columns(hasValidation), rows: positions.rows)
        guard RecordFile.end(ofLines: positions.records, in: try RecordFile.content(of: run.records)) != nil
        else { throw RunError.incompleteLog(path: run.records, expected: positions.records) }
        _ = try EventLog.place(ofRecord: positions.events, in: run)
    }

    static func columns(_ hasValidation: Bool) -> [String] {
        ["epoch", "train_loss", "train_accuracy"]
            + (hasValidation ? ["validation_loss", "validation_accuracy"] : [])
            + ["learning_rate", "seconds", "images_per_second"]
    }

    /// - Parameters:
    ///   - window: what the steps since the last one came to.
    ///   - timed: how many images of these this process saw, and in how many seconds.
    func append(_ record: StepRecord, window: Score, timed: (images: Int, seconds: Double)) throws {
        let accuracy = 100 * window.accuracy
        let imagesPerSecond = Double(timed.images) / timed.seconds
        let members: [(String, MetricsJSONL.Value?)] = [
            ("kind", .text("step")), ("split", .text("train")), ("epoch", .integer(record.epoch)),
            ("step", .integer(record.step)), ("loss", .double(window.loss)), ("accuracy", .double(accuracy)),
            ("learning_rate", .double(record.learningRate)),
            ("gradient_norm", record.gradientNorm.map { .double($0) }), ("seconds", .double(timed.seconds)),
            ("images_per_second", .double(imagesPerSecond)),
        ]
        var values: [SummaryValue] = [
            .scalar("loss/train", window.loss), .scalar("accuracy/train", accuracy),
            .scalar("learning_rate", record.learningRate), .scalar("images_per_second", imagesPerSecond),
        ]
        if let norm = record.gradientNorm { values.append(.scalar("gradient_norm", norm)) }
        try Self.check([
            Result { try records.append(members) }, Result { try events.append(values, step: record.step) },
        ])
    }

    func append(_ record: EpochRecord, engine: SequenceEngine) throws {
        var row: [MetricsCSV.Value] = [
            .integer(record.epoch), .double(record.loss), .double(100 * record.accuracy),
        ]
        if let validation = record.validation {
            row += [.double(validation.loss), .double(100 * validation.accuracy)]
        }
        row += [.double(record.learningRate), .double(record.seconds), .double(record.samplesPerSecond)]
        let members: [(String, MetricsJSONL.Value?)] = [
            ("kind", .text("epoch")), ("split", .text("train")), ("epoch", .integer(record.epoch)),
            ("step", .integer(record.step)), ("loss", .double(record.loss)),
            ("accuracy", .double(100 * record.accuracy)), ("learning_rate", .double(record.learningRate)),
            ("seconds", .double(record.seconds)), ("images_per_second", .double(record.samplesPerSecond)),
        ]
        var values: [SummaryValue] = [
            .scalar("epoch/loss/train", record.loss), .scalar("epoch/accuracy/train", 100 * record.accuracy),
        ]
        if let validation = record.validation {
            values += [
                .scalar("epoch/loss/validation", validation.loss),
                .scalar("epoch/accuracy/validation", 100 * validation.accuracy),
            ]
        }
        values += EventLog.histograms(of: engine)
        try Self.check([
            Result { try table.append(row) }, Result { try records.append(members) },
            Result {
                guard let score = record.validation else { return }
                try append(score, kind: "epoch", split: "validation", epoch: record.epoch, step: record.step)
            },
            Result { try events.append(values, step: record.epoch) },
        ])
    }

    /// The final score of the test images.
    func append(test score: Score, epoch: Int, step: Int, mistakes: PNGImage?) throws {
        var values: [SummaryValue] = [
            .scalar("test/loss", score.loss), .scalar("test/accuracy", 100 * score.accuracy),
        ]
        if let mistakes { values.append(.image(tag: "mistakes", mistakes)) }
        try Self.check([
            Result { try append(score, kind: "test", split: "test", epoch: epoch, step: step) },
            Result { try events.append(values, step: epoch) },
        ])
    }

    /// Throws the first error of writes that all were tried: a file that could not be written keeps its record for
    /// later, and the others must not lack theirs then.
    private static func check(_ writes: [Result<Void, any Error>]) throws {
        for write in writes { try write.get() }
    }

    private func append(_ score: Score, kind: String, split: String, epoch: Int, step: Int) throws {
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
        positions.events = events.count
        positions.window = window
        return positions
    }

    /// Returns when everything has reached the disk.
    func synchronize() throws {
        try Self.check([
            Result { try table.synchronize() }, Result { try records.synchronize() },
            Result { try events.synchronize() },
        ])
    }
}

extension SummaryValue {
    fileprivate static func scalar(_ tag: String, _ value: Double) -> SummaryValue {
        .scalar(tag: tag, value: Float(value))
    }
}

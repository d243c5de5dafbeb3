import NeuralNetworks
import Platform
import TensorBoard
import Training

/// What a run writes while it trains: `metrics.csv`, `metrics.jsonl` and the files for TensorBoard. Accuracy is in
/// percent, as everywhere a run shows it.
final class RunLogs {
    /// Which figures there are.
    struct Content {
        /// Of classifiers, which go by images; others go by sequences.
        var hasAccuracy = true
        /// Of samples held out.
        var hasValidation = false
        /// Of an average of the weights, too.
        var hasAverage = false
        /// Of the weights after each epoch, for TensorBoard.
        var hasHistograms = true

        fileprivate var rate: String { hasAccuracy ? "images_per_second" : "sequences_per_second" }

        /// Of `metrics.csv`.
        var columns: [String] {
            ["epoch"] + names("train") + (hasValidation ? names("validation") : [])
                + (hasValidation && hasAverage ? names("ema_validation") : [])
                + ["learning_rate", "seconds", rate]
        }

        private func names(_ split: String) -> [String] {
            ["\(split)_loss"] + (hasAccuracy ? ["\(split)_accuracy"] : [])
        }
    }

    private let content: Content
    private let table: MetricsCSV
    private let records: MetricsJSONL
    private let events: EventLog

    /// Creates the files, in place of those that a run left which never came to a checkpoint.
    init(creating run: RunDirectory, _ content: Content) throws {
        self.content = content
        for path in [run.metrics, run.records] { try POSIX.discardFile(path) }
        table = try MetricsCSV(path: run.metrics, columns: content.columns)
        records = try MetricsJSONL(creating: run.records)
        events = try EventLog(creating: run)
        if let text = contents(ofSmallFile: run.configuration) {
            try events.append([.text(tag: "config", markdown: "```json\n\(text)```\n")], step: 0)
        }
    }

    /// Goes on with the files from where they were when a checkpoint was made.
    init(continuing run: RunDirectory, at positions: LogPositions, _ content: Content) throws {
        self.content = content
        table = try MetricsCSV(continuing: run.metrics, columns: content.columns, rows: positions.rows)
        records = try MetricsJSONL(continuing: run.records, records: positions.records)
        events = try EventLog(continuing: run, count: positions.events)
    }

    /// Checks that a checkpoint's logs can be gone on with, so that nothing is removed or cut off if not.
    ///
    /// - Throws: ``FileError``; ``RunError``
    static func check(_ run: RunDirectory, reach positions: LogPositions, _ content: Content) throws {
        try MetricsCSV.check(run.metrics, columns: content.columns, rows: positions.rows)
        guard RecordFile.end(ofLines: positions.records, in: try RecordFile.content(of: run.records)) != nil
        else { throw RunError.incompleteLog(path: run.records, expected: positions.records) }
        _ = try EventLog.place(ofRecord: positions.events, in: run)
    }

    /// In percent.
    private func accuracy(_ score: Score) -> Double? { content.hasAccuracy ? 100 * score.accuracy : nil }

    /// - Parameters:
    ///   - window: what the steps since the last one came to.
    ///   - timed: how many samples of these this process saw, and in how many seconds.
    func append(_ record: StepRecord, window: Score, timed: (samples: Int, seconds: Double)) throws {
        let accuracy = accuracy(window)
        let samplesPerSecond = Double(timed.samples) / timed.seconds
        let members: [(String, MetricsJSONL.Value?)] = [
            ("kind", .text("step")), ("split", .text("train")), ("epoch", .integer(record.epoch)),
            ("step", .integer(record.step)), ("loss", .double(window.loss)),
            ("accuracy", accuracy.map { .double($0) }),
            ("learning_rate", .double(record.learningRate)),
            ("gradient_norm", record.gradientNorm.map { .double($0) }), ("seconds", .double(timed.seconds)),
            (content.rate, .double(samplesPerSecond)),
        ]
        var values: [SummaryValue] = [
            .scalar("loss/train", window.loss)
        ]
        if let accuracy { values.append(.scalar("accuracy/train", accuracy)) }
        values += [
            .scalar("learning_rate", record.learningRate), .scalar(content.rate, samplesPerSecond),
        ]
        if let norm = record.gradientNorm { values.append(.scalar("gradient_norm", norm)) }
        try Self.check([
            Result { try records.append(members) }, Result { try events.append(values, step: record.step) },
        ])
    }

    func append(_ record: EpochRecord, engine: SequenceEngine) throws {
        let accuracy = record.accuracy.map { 100 * $0 }
        var row: [MetricsCSV.Value] = [.integer(record.epoch)]
        func appendCells(loss: Double, accuracy: Double?) {
            row.append(.double(loss))
            if let accuracy { row.append(.double(accuracy)) }
        }
        appendCells(loss: record.loss, accuracy: accuracy)
        let validations = [
            ("validation", record.validation), ("ema_validation", record.averagedValidation),
        ].compactMap { name, score in score.map { (name: name, score: $0) } }
        for (_, score) in validations { appendCells(loss: score.loss, accuracy: self.accuracy(score)) }
        row += [.double(record.learningRate), .double(record.seconds), .double(record.samplesPerSecond)]
        let members: [(String, MetricsJSONL.Value?)] = [
            ("kind", .text("epoch")), ("split", .text("train")), ("epoch", .integer(record.epoch)),
            ("step", .integer(record.step)), ("loss", .double(record.loss)),
            ("accuracy", accuracy.map { .double($0) }), ("learning_rate", .double(record.learningRate)),
            ("seconds", .double(record.seconds)), (content.rate, .double(record.samplesPerSecond)),
        ]
        var values: [SummaryValue] = [
            .scalar("epoch/loss/train", record.loss)
        ]
        if let accuracy { values.append(.scalar("epoch/accuracy/train", accuracy)) }
        for (name, score) in validations {
            values.append(.scalar("epoch/loss/\(name)", score.loss))
            if let accuracy = self.accuracy(score) {
                values.append(.scalar("epoch/accuracy/\(name)", accuracy))
            }
        }
        if content.hasHistograms { values += EventLog.histograms(of: engine) }
        try Self.check([
            Result { try table.append(row) }, Result { try records.append(members) },
            Result {
                for (name, score) in validations {
                    try append(score, kind: "epoch", split: name, epoch: record.epoch, step: record.step)
                }
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
            ("accuracy", accuracy(score).map { .double($0) }),
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

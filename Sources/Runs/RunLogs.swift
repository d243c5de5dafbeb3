import NeuralNetworks
import Platform
import TensorBoard
import Training

/// The logs that a run writes during training: `metrics.csv`, `metrics.jsonl` and the files for TensorBoard. They
/// contain all metrics of the trainer.
final class RunLogs {
    /// The figures in the logs.
    struct Content {
        /// The trainer's metrics.
        var metrics: [Metric]
        /// The name of a sample.
        var sample: SampleName
        /// Whether there is a validation set.
        var hasValidation = false
        /// Whether averaged weights are evaluated as well.
        var hasAverage = false
        /// Whether histograms of the weights are written for TensorBoard after each epoch.
        var hasHistograms = true

        /// The name of the speed.
        fileprivate var rate: String { "\(sample.plural)_per_second" }

        private var splits: [MetricSplit] {
            [.train] + (hasValidation ? [.validation] : [])
                + (hasValidation && hasAverage ? [.averagedValidation] : [])
        }

        /// The columns of `metrics.csv`.
        var columns: [String] {
            ["epoch"] + splits.flatMap { split in metrics.map { MetricValue.key(split, $0.name) } }
                + ["learning_rate", "seconds", rate]
        }
    }

    private let content: Content
    private let table: MetricsCSV
    private let records: MetricsJSONL
    private let events: EventLog

    /// Creates the files, replacing the files of a run that stopped before its first checkpoint.
    ///
    /// - Parameter configuration: The run's `config.json`, for TensorBoard; nil for none.
    init(creating run: RunDirectory, _ content: Content, configuration: String?) throws {
        self.content = content
        for path in [run.metrics, run.records] { try POSIX.discardFile(path) }
        table = try MetricsCSV(path: run.metrics, columns: content.columns)
        records = try MetricsJSONL(creating: run.records)
        events = try EventLog(creating: run)
        if let configuration {
            try events.append([.text(tag: "config", markdown: "```json\n\(configuration)```\n")], step: 0)
        }
    }

    /// The places at which the logs are continued. Finding them reads each log once and changes nothing, so that
    /// nothing is lost if one of them cannot be continued.
    struct Cut {
        fileprivate let content: Content
        fileprivate let table: MetricsCSV.Cut
        fileprivate let records: RecordFile.Cut
        fileprivate let events: EventLog.Cut

        /// - Parameter positions: The lengths of the logs when the checkpoint was made.
        /// - Throws: ``FileError``; ``RunError``
        init(_ run: RunDirectory, at positions: LogPositions, _ content: Content) throws {
            self.content = content
            table = try MetricsCSV.Cut(run.metrics, columns: content.columns, rows: positions.rows)
            records = try MetricsJSONL.cut(run.records, records: positions.records)
            events = try EventLog.Cut(ofRecords: positions.events, in: run)
        }
    }

    /// Continues the files.
    init(continuing run: RunDirectory, at cut: Cut) throws {
        content = cut.content
        table = try MetricsCSV(continuing: cut.table)
        records = try MetricsJSONL(continuing: cut.records)
        events = try EventLog(continuing: run, at: cut.events)
    }

    private typealias Members = [(name: String, value: MetricsJSONL.Value?)]

    /// - Parameters:
    ///   - window: The score of the steps since the last record.
    ///   - timed: The number of their samples that this process read, and the seconds they took.
    func append(_ record: StepRecord, window: Score, timed: (samples: Int, seconds: Double)) throws {
        let figures = MetricValue.values(of: window, .train, content.metrics)
        let samplesPerSecond = Double(timed.samples) / timed.seconds
        let members: Members =
            Self.members("step", .train, epoch: record.epoch, step: record.step, figures)
            + [
                ("learning_rate", .double(record.learningRate)),
                ("gradient_norm", record.gradientNorm.map { .double($0) }),
                ("seconds", .double(timed.seconds)), (content.rate, .double(samplesPerSecond)),
            ]
        var values = figures.map { SummaryValue.scalar("\($0.metric.name)/\($0.split.rawValue)", $0.value) }
        values += [
            .scalar("learning_rate", record.learningRate), .scalar(content.rate, samplesPerSecond),
        ]
        if let norm = record.gradientNorm { values.append(.scalar("gradient_norm", norm)) }
        try Self.check([
            Result { try records.append(members) }, Result { try events.append(values, step: record.step) },
        ])
    }

    func append(_ record: EpochRecord, trainer: Trainer) throws {
        let row =
            record.metrics.map(\.value) + [record.learningRate, record.seconds, record.samplesPerSecond]
        func members(_ split: MetricSplit) -> Members {
            Self.members(
                "epoch", split, epoch: record.epoch, step: record.step, record.metrics(of: split))
        }
        let train: Members =
            members(.train) + [
                ("learning_rate", .double(record.learningRate)), ("seconds", .double(record.seconds)),
                (content.rate, .double(record.samplesPerSecond)),
                (EpochDigests.key, .text(trainer.weightsSHA256)),
            ]
        let others = [MetricSplit.validation, .averagedValidation].filter { !record.metrics(of: $0).isEmpty }
        var values = record.metrics.map {
            SummaryValue.scalar("epoch/\($0.metric.name)/\($0.split.rawValue)", $0.value)
        }
        if content.hasHistograms { values += EventLog.histograms(of: trainer) }
        try Self.check([
            Result { try table.append(epoch: record.epoch, row) }, Result { try records.append(train) },
            Result { for split in others { try records.append(members(split)) } },
            Result { try events.append(values, step: record.epoch) },
        ])
    }

    /// Appends the final score on the test set.
    func append(test score: Score, epoch: Int, step: Int, mistakes: PNGImage?) throws {
        let figures = MetricValue.values(of: score, .test, content.metrics)
        var values = figures.map { SummaryValue.scalar("test/\($0.metric.name)", $0.value) }
        if let mistakes { values.append(.image(tag: "mistakes", mistakes)) }
        try Self.check([
            Result { try records.append(Self.members("test", .test, epoch: epoch, step: step, figures)) },
            Result { try events.append(values, step: epoch) },
        ])
    }

    private static func members(
        _ kind: String, _ split: MetricSplit, epoch: Int, step: Int, _ figures: [MetricValue]
    ) -> Members {
        [
            ("kind", .text(kind)), ("split", .text(split.rawValue)), ("epoch", .integer(epoch)),
            ("step", .integer(step)),
        ] + figures.map { ($0.metric.name, .double($0.value)) }
    }

    /// Throws the first error of several writes, all of which were attempted. A file that could not be written keeps
    /// its record for later; the other files must contain it.
    private static func check(_ writes: [Result<Void, any Error>]) throws {
        for write in writes { try write.get() }
    }

    func positions(window: Score) -> LogPositions {
        var positions = LogPositions()
        positions.rows = table.rows
        positions.records = records.records
        positions.events = events.count
        positions.window = window
        return positions
    }

    /// Waits until all logs are on the disk.
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

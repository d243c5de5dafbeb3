import Console
import NeuralNetworks
import Platform
import Runs
import Training

/// Everything that the page shows about a run, except its records, as JSON.
struct RunDetails: Encodable, Sendable {
    struct Setting: Encodable, Sendable {
        let key: String
        /// The name on the command line: "--hidden-size".
        let name: String
        let value: String
        let isDefault: Bool
        let hasEffect: Bool
    }

    struct Fact: Encodable, Sendable {
        let name: Words
        let value: String
    }

    struct Score: Encodable, Sendable {
        let split: String
        let metric: String
        let title: Words
        let value: Double
        @OrNull var error: Double?
    }

    struct MetricDescription: Encodable, Sendable {
        let name: String
        let title: Words
        let unit: Words
        let higherIsBetter: Bool
    }

    struct Checkpoint: Encodable, Sendable {
        let step: Int
        let isLast: Bool
        let isBest: Bool
    }

    let canStop: Bool
    let canResume: Bool
    @OrNull var resumeCommand: String?
    let reproduceCommand: String
    let settings: [Setting]
    let environment: [Fact]
    @OrNull var model: RunModel?
    let scores: [Score]
    @OrNull var scoredEpoch: Int?
    let steps: Int
    @OrNull var stepsPerEpoch: Int?
    let metrics: [MetricDescription]
    let splits: [String]
    @OrNull var evaluation: RunEvaluation?
    let checkpoints: [Checkpoint]
    let pictures: [String]
    let hasReport: Bool
    let problems: [String]

    init(_ record: RunRecord) {
        let run = record.run
        let kind = RunKind(record)
        canStop = record.state == .running && kind != .library
        let canTrainOn =
            record.state == .finished && record.configuration != nil
            && kind != .library && kind != .forecast
        canResume = kind != .library && (record.canResume || canTrainOn)
        resumeCommand =
            record.configuration == nil || record.state == .running
            ? nil : run.resumption(of: record.program)
        reproduceCommand = record.configuration.map { ShellWords.quoted($0.reproduceCommand) } ?? ""
        settings = record.configuration.map(Self.settings) ?? []
        environment = record.configuration.map(Self.environment) ?? []
        model = record.configuration.flatMap(RunModel.init)
        let metrics = record.allMetrics
        scores = Self.scores(record.summary, metrics)
        scoredEpoch = record.summary?.scoredEpoch
        steps = record.summary?.steps ?? 0
        stepsPerEpoch = Self.stepsPerEpoch(of: run)
        self.metrics = metrics.map {
            MetricDescription(
                name: $0.name, title: Words(en: $0.title, ko: $0.title(in: .korean)),
                unit: Words(en: $0.unit, ko: $0.unit(in: .korean)), higherIsBetter: $0.higherIsBetter)
        }
        splits =
            [MetricSplit.train.rawValue]
            + (record.metrics.hasValidation ? [MetricSplit.validation.rawValue] : [])
            + (record.metrics.hasAverage ? [MetricSplit.averagedValidation.rawValue] : [])
        evaluation = record.evaluation.map(RunEvaluation.init)
        let files = RunFiles(run)
        checkpoints = files.checkpoints
        pictures = files.pictures
        hasReport = files.hasReport
        problems = record.problems.map { $0.cut(atMost: 1000) }
    }

    private static func settings(_ configuration: RunConfiguration) -> [Setting] {
        configuration.names.map {
            Setting(
                key: $0, name: configuration.name(ofKey: $0),
                value: configuration[$0].description.cut(atMost: 10_000),
                isDefault: configuration.isDefault($0), hasEffect: configuration.hasEffect($0))
        }
    }

    private static func environment(_ configuration: RunConfiguration) -> [Fact] {
        configuration.environment.map { name, value in
            Fact(
                name: Words(en: name, ko: Language.korean.translated(name, from: EnvironmentText.self)),
                value: value.cut(atMost: 1000))
        }
    }

    private static func scores(_ summary: RunSummary?, _ metrics: [Metric]) -> [Score] {
        guard let summary else { return [] }
        return MetricSplit.allCases.flatMap { split in
            metrics.compactMap { metric in
                summary[metric.name, split].map {
                    Score(
                        split: split.rawValue, metric: metric.name,
                        title: Words(en: metric.title, ko: metric.title(in: .korean)), value: $0,
                        error: metric == .accuracy ? summary.standardError(split) : nil)
                }
            }
        }
    }

    /// Returns the number of steps of an epoch, from the first epoch in the records; nil before the end of one.
    private static func stepsPerEpoch(of run: RunDirectory) -> Int? {
        struct Record: Decodable { let kind: String, epoch: Int, step: Int }
        guard let tail = try? RunFiles(run).tail(of: run.records, bytes: 64 << 10) else { return nil }
        for line in tail.lines.reversed() {
            guard let record = try? JSON.value(Record.self, from: Array(line)), record.kind == "epoch",
                (0..<1 << 40).contains(record.epoch), (1..<1 << 50).contains(record.step)
            else { continue }
            return record.step / (record.epoch + 1)
        }
        return nil
    }
}

extension RunFiles {
    /// The checkpoints that are regular files, the oldest first.
    var checkpoints: [RunDetails.Checkpoint] {
        guard let directory = try? OpenDirectory(run.checkpoints, followsLink: false),
            let names = try? CheckpointStore(run).names()
        else { return [] }
        let last = directory.target(ofLink: FilePath.name(of: run.lastCheckpoint))
        let best = directory.target(ofLink: FilePath.name(of: run.bestCheckpoint))
        return names.compactMap { name in
            guard (try? directory.kind(of: name)) == .regular, let step = CheckpointStore.step(of: name)
            else {
                return nil
            }
            return RunDetails.Checkpoint(step: step, isLast: name == last, isBest: name == best)
        }
    }
}

/// The model of a run.
struct RunModel: Encodable, Sendable {
    struct Layer: Encodable, Sendable {
        let name: String
        let shape: String
        let parameters: Int
    }

    @OrNull var cell: String?
    @OrNull var input: Int?
    @OrNull var hidden: Int?
    @OrNull var layers: Int?
    @OrNull var directions: Int?
    @OrNull var readout: String?
    @OrNull var classes: Int?
    /// The number of steps of a sequence; nil for sequences of any length.
    @OrNull var steps: Int?
    let inputShape: String
    let parameters: Int
    let summary: [Layer]

    /// Nil if the configuration has no model.
    init?(_ configuration: RunConfiguration) {
        let summary: any Summarizable
        if let model = configuration.model {
            cell = model.stack.cell.family
            input = model.stack.inputSize
            hidden = model.stack.hiddenSize
            layers = model.stack.numLayers
            directions = model.stack.directions
            readout = model.readout.rawValue
            classes = model.classCount > 0 ? model.classCount : nil
            steps = model.sequenceLength
            summary = model
        } else if let layers = configuration.layers, !layers.layers.isEmpty {
            summary = layers
        } else {
            return nil
        }
        inputShape = summary.inputShape
        parameters = configuration.parameterCount ?? summary.parameterCount
        self.summary = summary.layerSummaries.map {
            Layer(name: $0.name, shape: $0.outputShape, parameters: $0.parameterCount)
        }
    }
}

/// The evaluation of a run on its test set.
struct RunEvaluation: Encodable, Sendable {
    struct Class: Encodable, Sendable {
        let name: String
        let count: Int
        @OrNull var precision: Double?
        @OrNull var recall: Double?
        @OrNull var f1: Double?
    }

    struct Mistake: Encodable, Sendable {
        let index: Int
        let label: Int
        let predicted: Int
        let probability: Double
    }

    let split: String
    let classNames: [String]
    /// Rows are the true classes, columns the predicted ones.
    let confusion: [[Int]]
    /// In percent, as everywhere on the page.
    let accuracy: Double
    let count: Int
    let classes: [Class]
    let mistakes: [Mistake]

    init(_ evaluation: Evaluation) {
        split = evaluation.split
        classNames = evaluation.classes
        confusion = evaluation.confusion
        accuracy = 100 * evaluation.accuracy
        count = evaluation.count
        classes = evaluation.classScores.map {
            Class(
                name: $0.name, count: $0.count, precision: $0.precision.map { 100 * $0 },
                recall: $0.recall.map { 100 * $0 }, f1: $0.f1.map { 100 * $0 })
        }
        mistakes = evaluation.mistakes.map {
            Mistake(
                index: $0.index, label: $0.label, predicted: $0.predicted, probability: $0.probability)
        }
    }
}

/// A value that is null in JSON if it is nil, and not left out.
@propertyWrapper
struct OrNull<Value: Encodable & Sendable>: Encodable, Sendable {
    var wrappedValue: Value?

    init(wrappedValue: Value?) { self.wrappedValue = wrappedValue }

    func encode(to encoder: any Encoder) throws {
        var value = encoder.singleValueContainer()
        if let wrappedValue { try value.encode(wrappedValue) } else { try value.encodeNil() }
    }
}

import Console
import Datasets
import NeuralNetworks
import Platform
import Runs
import TensorBoard
import Training

/// The training of a model that predicts the next character of a text: at each step one of the text's characters.
package struct TextTraining: ClassifierTraining {
    package typealias Options = SequenceTraining.Options

    package let options: Options
    package let resumption: Resumption<Options>?

    package init(options: Options, resumption: Resumption<Options>? = nil) {
        (self.options, self.resumption) = (options, resumption)
    }

    /// Creates the training of a new run or, with a resumption, the remaining training of a run.
    ///
    /// - Parameter allowsChanges: Whether options that affect weights and logs may differ from the run's.
    /// - Throws: As ``Resumption/check(_:allowsChanges:)``; ``OptionError`` for another batch size in the middle of an epoch.
    package init(
        _ options: Options, resuming resumption: Resumption<Options>?, allowsChanges: Bool
    ) throws {
        try resumption?.check(options, allowsChanges: allowsChanges)
        if let streams = resumption?.checkpoint?.carriedStates?.places, streams != options.batchSize {
            throw OptionError(
                "--batch-size must be \(streams) until the epoch of the run is complete, not \(options.batchSize)."
            )
        }
        self.init(options: options, resumption: resumption)
    }

    package static func replaying(_ options: Options, of run: RunDirectory) -> TextTraining {
        TextTraining(options: options.withoutTest)
    }

    package static func verifying(
        _ options: Options, of run: RunDirectory?, evaluatesTest: Bool
    ) -> TextTraining {
        var options = options
        options.noTest = !evaluatesTest
        return TextTraining(options: options)
    }

    package static var sample: SampleName { .character }
    package static var hasConfusion: Bool { false }

    package func data() throws -> TextTrainingData { try TextTrainingData(options) }

    package func model(_ data: TextTrainingData) -> SequenceModel {
        SequenceModel(
            options.common.stack(inputSize: data.vocabulary.count), classCount: data.vocabulary.count,
            readout: .each, dropout: options.readoutDropout
        ).readingSymbols()
    }

    package var metrics: [Metric] { Options.program.metrics + [.perplexity] }

    package static func figure(_ score: Score, isTest: Bool) -> String {
        "Perplexity: \(TextFormat.fixed(Metric.perplexity.value(of: score), decimals: 3))"
    }

    package func closing(_ engine: SequenceEngine, _ data: TextTrainingData) -> String? {
        let predictor = SequencePredictor(model: engine.model, parameters: engine.parameters)
        guard
            let generator = try? TextGenerator(
                predictor, vocabulary: data.vocabulary, temperature: Self.sampleTemperature,
                seed: options.seed)
        else { return nil }
        return "A sample at temperature \(Self.sampleTemperature):\n" + generator.text(length: 300)
    }

    private static let sampleTemperature = 0.8

    package func drawReport(_ record: RunRecord) throws(FileError) {
        try SequenceRunReport.of(record).write()
    }

    package func keep(
        mistakes evaluation: Evaluation, of samples: TextWindows, data: TextTrainingData
    ) -> (picture: PNGImage?, write: (RunDirectory) throws(FileError) -> Void) { (nil, { _ in }) }
}

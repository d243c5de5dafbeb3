import Datasets
import NeuralNetworks
import Platform
import Runs
import TensorBoard
import Training

/// The main job: trains a recurrent classifier on sequences, prints and logs its progress, and evaluates it at the end.
package struct SequenceTraining: ClassifierTraining {
    package let options: Options
    package let resumption: Resumption<Options>?

    package init(options: Options, resumption: Resumption<Options>? = nil) {
        (self.options, self.resumption) = (options, resumption)
    }

    package static func replaying(_ options: Options, of run: RunDirectory) -> SequenceTraining {
        SequenceTraining(options: options.withoutTest)
    }

    package static func verifying(
        _ options: Options, of run: RunDirectory?, evaluatesTest: Bool
    ) -> SequenceTraining {
        var options = options
        options.noTest = !evaluatesTest
        return SequenceTraining(options: options)
    }

    package static var mistakeCount: Int { SequenceMistakes.most }

    package func data() throws -> SequenceTrainingData { try SequenceTrainingData(options) }

    /// Returns the model for some data, with the normalization of the training set.
    package func model(_ data: SequenceTrainingData) -> SequenceModel {
        SequenceModel(
            options.common.stack(inputSize: data.form.channels), classCount: data.form.classes.count,
            readout: Readout(rawValue: options.readout.rawValue)!, dropout: options.readoutDropout
        ).normalized(by: InputNormalization(fitting: data.train))
    }

    package func warnings(_ data: SequenceTrainingData) -> [String] { data.warnings }

    package func keep(
        mistakes evaluation: Evaluation, of sequences: LabeledSequences, data: SequenceTrainingData
    ) -> (picture: PNGImage?, write: (RunDirectory) throws(FileError) -> Void) {
        let mistakes = SequenceMistakes(evaluation, of: sequences, names: data.form.channelNames)
        return (
            nil,
            { run throws(FileError) in try RunFile.writeForReport(mistakes, to: SequenceMistakes.path(run)) }
        )
    }

    package func drawReport(_ record: RunRecord) throws(FileError) {
        try SequenceRunReport.of(record).write()
    }
}

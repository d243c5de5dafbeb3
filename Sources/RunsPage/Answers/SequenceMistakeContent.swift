import Platform
import Runs
import SequenceClassification
import Training

/// The content of the view of a sequence run's mistakes.
struct SequenceMistakeContent: Encodable {
    /// The number of channels of the data, of which the first ones are in the file.
    let channelCount: Int
    /// The names of the channels; nil if they have none.
    let channelNames: [String]?
    let sequences: [Sequence]

    struct Sequence: Encodable {
        /// The index of the sequence in the split that was evaluated.
        let index: Int
        /// The true class and the predicted one, as indices.
        let label, predicted: Int
        let probability: Double
        /// The values, [channel][step].
        let channels: [[Float]]
    }

    init(_ mistakes: [Evaluation.Mistake], _ file: SequenceMistakes) {
        (channelCount, channelNames) = (file.channels, file.names)
        sequences = zip(mistakes, file.sequences).map { mistake, channels in
            Sequence(
                index: mistake.index, label: mistake.label, predicted: mistake.predicted,
                probability: mistake.probability, channels: channels)
        }
    }

    /// Reads a run's mistakes.
    ///
    /// - Throws: ``PageError`` if it has none.
    init(of run: RunDirectory) throws {
        do {
            let file: SequenceMistakes = try RunFile.read(
                from: SequenceMistakes.path(run), SequenceMistakes.fileLimits)
            let evaluation: Evaluation = try RunFile.read(from: run.evaluation)
            self.init(evaluation.mistakes, file)
        } catch let error as FileError where error.isMissing {
            throw PageError(.notFound, .noMistakes, ["run": run.name.quotedInAnswer])
        }
    }
}

extension RunsPage {
    /// Answers `/api/mistakes`.
    func mistakesAnswer(_ request: PageRequest) throws -> PageAnswer {
        let run = try run(request).directory
        let configuration = try? RunConfiguration(run, of: PagePrograms.all)
        if configuration?.program == Program.sequenceClassifier.name {
            return try .json(SequenceMistakeContent(of: run))
        }
        return try mistakes(request)
    }
}

import Console
import NeuralNetworks
import Platform
import Training

/// A trained model of a run or of a checkpoint file, for evaluation and prediction. Its files are only read.
package struct TrainedModel<Options: ClassifierOptions>: Sendable {
    package let checkpoint: Checkpoint
    /// The path of the checkpoint.
    package let path: String
    /// The run that contains the checkpoint; nil for a checkpoint outside of a run.
    package let run: RunDirectory?
    /// The options of the training; nil if another program trained the model.
    package let options: Options?
    /// Warnings for the user: checkpoints that were skipped, a missing best checkpoint, a damaged configuration.
    package let notices: [String]
    /// Whether the averaged weights are used.
    package let isAveraged: Bool

    package typealias Choice = CheckpointChoice

    /// - Parameters:
    ///   - name: `latest`, the name of a run, or the path of a run or of any checkpoint.
    ///   - root: The directory of runs.
    ///   - choice: The checkpoint of a run. If nil, the best one if the run has a validation set, otherwise the last.
    ///   - averaged: Whether to use the averaged weights.
    /// - Throws: ``RunError``, ``FileError``, the error of the checkpoint; ``OptionError`` for a choice without a run,
    ///   and for missing averaged weights.
    package init(_ name: String, root: String, choice: Choice? = nil, averaged: Bool = false) throws {
        isAveraged = averaged
        var notices: [String] = []
        let place = try RunDirectory.findTrained(
            name, root: root, of: Options.program, lister: Options.program.name)
        run = place.run
        if let path = place.checkpoint {
            guard choice == nil else {
                throw OptionError("--checkpoint has an effect only with a run; \(path) is a checkpoint.")
            }
            self.path = path
            do {
                checkpoint = try Checkpoint(path: path)
            } catch {
                throw ForeignWeightsError(
                    path, after: error, importer: Options.importsWeights ? Options.program.name : nil)
                    ?? error
            }
        } else if let run {
            let found = try Self.checkpoint(of: run, choice)
            (path, checkpoint) = (found.path, found.checkpoint)
            notices = found.notices
        } else {
            preconditionFailure("find: expected a run or a checkpoint, received neither")
        }
        if let misfit = Options.misfit(of: checkpoint.model) {
            throw CheckpointError(path: path, problem: .invalid("model", misfit))
        }
        guard !averaged || checkpoint.average != nil else {
            throw OptionError(
                "--averaged: \(path) has no averaged weights; only runs trained with --ema have them.")
        }
        guard (averaged ? checkpoint.average ?? [] : checkpoint.parameters).allSatisfy(\.isFinite) else {
            throw CheckpointError(path: path, problem: .notFinite)
        }
        var configured = Options()
        do {
            if let run {
                configured =
                    try RunFile.read(StoredOptions<Options>.self, from: run.configuration).options
            }
        } catch {
            if (error as? FileError)?.isMissing != true {
                notices.append("\(error). The data set is looked for in its default directory.")
            }
        }
        self.notices = notices
        // A checkpoint of another program has other options.
        options = try? configured.with(decisive: checkpoint.details.options)
    }

    private static func checkpoint(
        of run: RunDirectory, _ choice: Choice?
    ) throws -> (path: String, checkpoint: Checkpoint, notices: [String]) {
        guard let newest = try CheckpointStore(run).newest() else {
            throw RunError.noCheckpoint(in: run, of: Options.program)
        }
        let holdsOut = (try? Options().with(decisive: newest.checkpoint.details.options))
            .map { $0.hasValidation }
        guard choice ?? (holdsOut == true ? .best : .last) == .best else {
            return (newest.path, newest.checkpoint, newest.problems)
        }
        guard let best = try CheckpointStore(run).best() else {
            guard choice == nil else { throw RunError.noBestCheckpoint(run: run.path) }
            let notice = "\(run.bestCheckpoint) is missing; the newest checkpoint is used."
            return (newest.path, newest.checkpoint, newest.problems + [notice])
        }
        return (best.path, best.checkpoint, [])
    }

    /// Returns the model with its weights, for evaluation and prediction.
    ///
    /// - Parameters:
    ///   - threads: The number of compute threads, at most one for each core.
    ///   - samples: The number of samples.
    ///   - values: The number of values of a sample.
    ///   - longest: The number of steps of the longest sample, for a model of any length.
    ///   - keepsOutputs: Whether the scores and probabilities of each sample are kept.
    package func engine(
        threads: Int, samples: Int, ofSize values: Int, longest: Int = 1, keepsOutputs: Bool = true
    ) throws(MemoryShortage) -> SequenceEngine {
        let threads = UsableCores.threads(of: threads)
        let outputs = keepsOutputs ? checkpoint.model.classCount * 32 : 0
        let bytes = Double(samples * (values + outputs))
        try checkpoint.checkMemory(threads: threads, longest: longest, data: bytes)
        return checkpoint.engine(threads: threads, averaged: isAveraged)
    }

    /// Whether the final scores in a run's summary belong to the weights, averaged or not, of this checkpoint.
    package func isScored(in summary: RunSummary?) -> Bool {
        checkpoint.state.stepInEpoch == 0 && summary?.scoredEpoch.map { $0 + 1 } == checkpoint.state.epoch
    }

    /// A description of the weights: "runs/…/step-0000469.safetensors, after 1 epoch (469 steps), averaged weights".
    package var title: String {
        if checkpoint.isImported { return "\(path), imported weights" }
        let epochs = checkpoint.state.epoch
        return "\(path), after \(epochs) \(epochs == 1 ? "epoch" : "epochs")"
            + (checkpoint.state.stepInEpoch > 0 ? " and part of the next" : "")
            + " (\(TextFormat.grouped(checkpoint.stepCount)) steps)"
            + (isAveraged ? ", averaged weights" : "")
    }
}

/// One of a run's checkpoints.
package enum CheckpointChoice: String, Codable, CaseIterable, Sendable {
    case last, best
}

import Console
import Datasets
import NeuralNetworks
import Platform
import Runs
import Training

/// A trained model of a run or of a checkpoint file, for evaluation and prediction. Its files are only read.
package struct TrainedModel: Sendable {
    package let checkpoint: Checkpoint
    /// The path of the checkpoint.
    package let path: String
    /// The run that contains the checkpoint; nil for a checkpoint outside of a run.
    package let run: RunDirectory?
    /// The options of the training; nil if another program trained the model.
    package let options: ImageTraining.Options?
    /// The number of pixel rows of an image, each of which is a time step.
    package let rows: Int
    /// Warnings for the user: checkpoints that were skipped, a missing best checkpoint, a damaged configuration.
    package let notices: [String]
    /// Whether the averaged weights are used.
    package let isAveraged: Bool

    package enum Choice: String, Codable, CaseIterable, Sendable {
        case last, best
    }

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
        let place = try RunDirectory.findTrained(name, root: root, of: .mnistBiLSTM)
        run = place.run
        if let path = place.checkpoint {
            guard choice == nil else {
                throw OptionError("--checkpoint has an effect only with a run; \(path) is a checkpoint.")
            }
            self.path = path
            checkpoint = try Checkpoint(path: path)
        } else if let run {
            let found = try Self.checkpoint(of: run, choice)
            (path, checkpoint) = (found.path, found.checkpoint)
            notices = found.notices
        } else {
            preconditionFailure("find: expected a run or a checkpoint, received neither")
        }
        guard checkpoint.model.classCount > 0, let rows = checkpoint.model.sequenceLength else {
            throw CheckpointError(
                path: path, problem: .invalid("model", "expected a classifier of images, found another model")
            )
        }
        self.rows = rows
        guard !averaged || checkpoint.average != nil else {
            throw OptionError(
                "--averaged: \(path) has no averaged weights; only runs trained with --ema have them.")
        }
        guard (averaged ? checkpoint.average ?? [] : checkpoint.parameters).allSatisfy(\.isFinite) else {
            throw CheckpointError(path: path, problem: .notFinite)
        }
        var configured = ImageTraining.Options()
        do {
            if let run {
                configured =
                    try RunFile.read(StoredOptions.self, from: run.configuration).options
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
            throw RunError.noCheckpoint(in: run, of: .mnistBiLSTM)
        }
        let holdsOut = (try? ImageTraining.Options().with(decisive: newest.checkpoint.details.options))
            .map { $0.validation > 0 }
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
    ///   - images: The number of images.
    package func engine(threads: Int, images: Int) throws(MemoryShortage) -> SequenceEngine {
        let threads = UsableCores.threads(of: threads)
        let model = checkpoint.model
        // The scores and probabilities of each image.
        let bytes = Double(images * (rows * model.stack.inputSize + model.classCount * 32))
        try checkpoint.checkMemory(threads: threads, data: bytes)
        return checkpoint.engine(threads: threads, averaged: isAveraged)
    }

    /// The names of the classes.
    package var classNames: [String] {
        (options?.dataset ?? .mnist).classNames(count: checkpoint.model.classCount)
    }

    /// The preparation of the training images. A checkpoint of an older version does not contain it; then it is the one of
    /// MNIST or of the data sets similar to it.
    ///
    /// - Throws: ``CheckpointError`` for an invalid preparation.
    package var preparation: ImagePreparation {
        get throws {
            let columns = checkpoint.model.stack.inputSize
            guard let text = checkpoint.details.preparation else {
                return (options?.dataset ?? .mnist).usualPreparation(rows: rows, columns: columns)
            }
            let stored: ImagePreparation
            do {
                stored = try JSON.value(from: text)
            } catch let error as DecodingError {
                throw CheckpointError(path: path, problem: .invalid("preparation", JSON.reason(error)))
            }
            guard stored.isPossible(rows: rows, columns: columns) else {
                throw CheckpointError(path: path, problem: .invalid("preparation", "numbers out of range"))
            }
            return stored
        }
    }

    /// The names of the classes; empty if they are only numbers.
    var namesOtherThanNumbers: [String] {
        classNames == classNames.indices.map(\.description) ? [] : classNames
    }

    /// Returns the training options with another data set or directory, if these are given.
    package func options(_ dataset: ImageDataset?, data: String?) -> ImageTraining.Options {
        var options = options ?? ImageTraining.Options()
        options.choose(dataset, data: data)
        return options
    }

    /// Checks that the model has as many classes as a data set.
    package func check(_ dataset: ImageDataset) throws(OptionError) {
        let known = checkpoint.model.classCount
        guard let count = dataset.classCount, count > known, dataset != options?.dataset ?? .mnist else {
            return
        }
        throw OptionError(
            "--dataset \(dataset.name) has \(count) classes, more than the \(known) of the model in \(path).")
    }

    /// Checks that the model can read images of a size.
    ///
    /// - Parameter file: The path of the images, for the error.
    package func check(rows: Int, columns: Int, file: String) throws(DatasetError) {
        let model = checkpoint.model
        guard rows == model.sequenceLength, columns == model.stack.inputSize else {
            throw .invalid(
                file: file, problem: .wrongShape, at: IDXFileHeader.location(8, in: file),
                expected:
                    "images of \(self.rows) × \(model.stack.inputSize), the input size of the model in \(path)",
                found: "\(rows) × \(columns)")
        }
    }

    /// Checks that the model can read images and knows their classes.
    package func check(_ images: LabeledImages, file: String, labels: String) throws(DatasetError) {
        try check(rows: images.rows, columns: images.columns, file: file)
        let classes = checkpoint.model.classCount
        if classes >= images.classCount { return }
        if let index = (0..<images.count).first(where: { Int(images.labels[$0]) >= classes }) {
            throw .invalid(
                file: labels, problem: .labelOutOfRange, at: IDXFileHeader.location(8 + index, in: labels),
                expected: "a label below \(classes), the number of classes of the model in \(path)",
                found: "\(images.labels[index])")
        }
    }

    /// A description of the weights: "runs/…/step-0000469.safetensors, after 1 epoch (469 steps), averaged weights".
    package var title: String {
        let epochs = checkpoint.state.epoch
        return "\(path), after \(epochs) \(epochs == 1 ? "epoch" : "epochs")"
            + (checkpoint.state.stepInEpoch > 0 ? " and part of the next" : "")
            + " (\(TextFormat.grouped(checkpoint.stepCount)) steps)"
            + (isAveraged ? ", averaged weights" : "")
    }
}

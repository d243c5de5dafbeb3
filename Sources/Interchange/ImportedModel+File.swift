import NeuralNetworks
import Platform
import Safetensors
import Training

extension ImportedModel {
    /// Reads a model from a file of any known kind.
    ///
    /// - Parameter choices: The facts about the model that the file does not show.
    /// - Throws: ``ImportError``, the errors of the file.
    package init(file path: String, _ choices: WeightChoices = .init()) throws {
        switch try Self.kind(of: path) {
        case .onnx: try self.init(onnx: path, choices)
        case .pytorch: try self.init(weights: path, choices)
        case .other:
            let metadata = try Self.metadata(ofSafetensors: path)
            if metadata["sha256"] != nil, metadata["model"] != nil {
                try self.init(checkpoint: path, choices)
            } else {
                try self.init(weights: path, choices)
            }
        }
    }

    /// Returns the kind of a file.
    ///
    /// - Throws: ``ImportError`` for a directory or a FIFO, ``FileError``.
    private static func kind(of path: String) throws -> ModelFileKind {
        do throws(FileError) {
            return try ModelFileKind(ofFile: path)
        } catch {
            guard let misfit = error.misfit else { throw error }
            throw ImportError(path: path, problem: .notAFile(found: "\(misfit.found)"))
        }
    }

    /// Returns the metadata of a safetensors file.
    ///
    /// - Throws: ``ImportError`` for a file of another kind, which names the kinds that can be imported.
    private static func metadata(ofSafetensors path: String) throws -> [String: String] {
        do {
            return try SafetensorsFile(path: path).metadata
        } catch let error as SafetensorsError where error.reason.mayBeOtherKind {
            throw ImportError(path: path, problem: .otherKind(found: try ModelFileKind.beginning(of: path)))
        }
    }

    /// Reads a checkpoint of this package, which shows everything.
    private init(checkpoint path: String, _ choices: WeightChoices) throws {
        let given = [
            ("--readout", choices.readout != nil), ("--activation", choices.activation != nil),
            ("--rows", choices.steps != nil),
        ]
        try Self.check(path, given, choices)
        self.init(try Checkpoint(path: path), path: path)
    }

    /// Creates the model of a checkpoint of this package, without its averaged weights.
    package init(_ checkpoint: Checkpoint, path: String) {
        self.init(
            model: checkpoint.model, parameters: checkpoint.parameters,
            notes: checkpoint.average == nil
                ? [] : ["\(path.printableLine) has averaged weights (--ema), too; they are not used."])
    }

    /// Checks that no option is given about a fact that the file shows.
    private static func check(
        _ path: String, _ given: [(option: String, isGiven: Bool)], _ choices: WeightChoices
    ) throws(ImportError) {
        guard !choices.isForTraining, let shown = given.first(where: \.isGiven) else { return }
        throw ImportError(path: path, problem: .shownByFile(shown.option))
    }

    /// Reads an ONNX file. It shows everything but the number of steps, if its layers read sequences of any length.
    private init(onnx path: String, _ choices: WeightChoices) throws {
        let given = [("--readout", choices.readout != nil), ("--activation", choices.activation != nil)]
        try Self.check(path, given, choices)
        let size = try OpenFile(path, .readingInput).status().size
        // The file, its tensors, the parameters, and the graph that is written from them for comparison.
        try MemoryShortage.check(4 * Double(size), for: path.printableLine)
        let imported = try ImportedModel(onnx: RecordFile.content(of: path, .readingInput), path: path)
        let model = imported.model
        if let length = model.sequenceLength {
            if let steps = choices.steps, steps != length {
                throw ImportError(path: path, problem: .steps(expected: length, found: steps))
            }
            self = imported
            return
        }
        let steps = choices.steps ?? model.stack.inputSize
        let note =
            choices.steps == nil && !choices.isForTraining
            ? [
                "The file does not show the number of steps of a sequence; \(steps), the number of features, was assumed."
            ]
            : []
        self.init(
            model: model.ofLength(steps), parameters: imported.parameters, notes: imported.notes + note)
    }
}

extension SequenceModel {
    /// Returns the classifier or regressor for sequences of one length.
    fileprivate func ofLength(_ steps: Int) -> SequenceModel {
        switch output {
        case .classes(let count):
            SequenceModel(stack, sequenceLength: steps, classCount: count, readout: readout, dropout: dropout)
        case .values(let count, let activation):
            SequenceModel(
                stack, sequenceLength: steps, valueCount: count, activation: activation, readout: readout,
                dropout: dropout)
        }
    }
}

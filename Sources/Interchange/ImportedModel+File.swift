import NeuralNetworks
import Platform

extension ImportedModel {
    /// Reads a model from a file of any known kind.
    ///
    /// - Parameter choices: The facts about the model that the file does not show.
    /// - Throws: ``ImportError``, the errors of the file.
    package init(file path: String, _ choices: WeightChoices = .init()) throws {
        switch try ModelFileKind(ofFile: path) {
        case .onnx: try self.init(onnx: path, choices)
        case .pytorch, .other: try self.init(weights: path, choices)
        }
    }

    /// Reads an ONNX file. It shows everything but the number of steps, if its layers read sequences of any length.
    private init(onnx path: String, _ choices: WeightChoices) throws {
        for (option, isGiven) in [
            ("--readout", choices.readout != nil), ("--activation", choices.activation != nil),
        ]
        where isGiven {
            throw ImportError(path: path, problem: .shownByFile(option))
        }
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
            choices.steps == nil
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

import Console
import NeuralNetworks
import Training

/// A model's layers, parameters and cost, as printed by the command `summary`.
package struct ModelDescription<Options: ClassifierOptions> {
    private let model: SequenceModel
    private let origin: TrainedModel<Options>?
    /// The number of steps of a sequence, for a model of any length.
    private let steps: Int

    /// Creates the description of a model.
    ///
    /// - Parameter steps: The number of steps of a sequence, for a model of any length.
    package init(_ model: SequenceModel, steps: Int = 1) {
        (self.model, self.steps, origin) = (model, steps, nil)
    }

    /// Creates the description of a run or checkpoint, with its training options if it was trained.
    package init(_ trained: TrainedModel<Options>, steps: Int = 1) {
        (model, self.steps, origin) = (trained.checkpoint.model, steps, trained)
    }

    package func text() throws -> String {
        var lines: [String] = []
        if let origin {
            lines.append("Checkpoint: \(origin.title)")
            if !origin.checkpoint.details.data.isEmpty {
                lines.append("Trained on: \(TextFormat.groupedCounts(in: origin.checkpoint.details.data))")
            }
        }
        lines.append(model.summary())
        let count = model.layout.count
        lines.append(
            "Parameters: \(TextFormat.grouped(count)) (\(TextFormat.bytes(4 * count))) · multiply-adds of a training "
                + "step: \(TextFormat.grouped(model.trainingMultiplyAdds(steps: model.sequenceLength ?? steps))) \(sample)"
        )
        if let warning = model.stack.idleDropoutWarning { lines.append("Warning: \(warning)") }
        if let origin, let options = origin.options {
            lines += ["", try table(of: options, isImported: origin.checkpoint.isImported).rendered()]
        }
        return lines.joined(separator: "\n")
    }

    /// The sample in words, after a number for each.
    private var sample: String {
        Options.sample == .image ? "an image" : "a sequence of \(TextFormat.count(steps, "step"))"
    }

    private func table(of options: Options, isImported: Bool) throws -> TextTable {
        var table = TextTable([.init("Option"), .init("Value")], style: .plain)
        for (name, value) in isImported ? options.listedOfImport : options.listed {
            table.append([name, value])
        }
        return table
    }
}

import Console
import NeuralNetworks
import Training

/// A model's layers, parameters and cost, as printed by `mnist-bilstm summary`.
package struct ModelDescription: Sendable {
    private let model: SequenceModel
    private let origin: TrainedModel?

    /// Creates the description of the model for some options, for images of the data set's size. The files are read
    /// only if the size or the classes are unknown: for your own images, or for a directory other than the data set's.
    ///
    /// - Throws: `DatasetError` for files that must be read but cannot be.
    package init(_ options: ImageTraining.Options) throws {
        if let classCount = options.dataset.classCount, options.data == options.dataset.directory() {
            model = options.model(classCount: classCount)
        } else {
            model = options.model(for: try ImageTrainingData(options).train)
        }
        origin = nil
    }

    /// Creates the description of a run or checkpoint, with its training options.
    package init(_ trained: TrainedModel) {
        model = trained.checkpoint.model
        origin = trained
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
                + "step: \(TextFormat.grouped(model.trainingMultiplyAdds(steps: model.sequenceLength ?? 1))) an image"
        )
        if let warning = model.stack.idleDropoutWarning { lines.append("Warning: \(warning)") }
        if let options = origin?.options { lines += ["", try table(of: options).rendered()] }
        return lines.joined(separator: "\n")
    }

    private func table(of options: ImageTraining.Options) throws -> TextTable {
        var table = TextTable([.init("Option"), .init("Value")], style: .plain)
        for (name, value) in options.listed { table.append([name, value]) }
        return table
    }
}

import NeuralNetworks

/// What a model is made of and costs, as `mnist-bilstm summary` tells it.
public struct ModelDescription: Sendable {
    private let model: SequenceModel
    private let origin: TrainedModel?

    /// The model that options come to, for images of MNIST's size.
    public init(_ options: MNISTTraining.Options) {
        model = options.model()
        origin = nil
    }

    /// That of a run or checkpoint, with what it was trained with.
    public init(_ trained: TrainedModel) {
        model = trained.checkpoint.model
        origin = trained
    }

    public func text() throws -> String {
        var lines: [String] = []
        if let origin {
            lines.append("Checkpoint: \(origin.title)")
            if !origin.checkpoint.details.data.isEmpty {
                lines.append("Trained on: \(origin.checkpoint.details.data)")
            }
        }
        lines.append(model.summary())
        let count = model.layout.count
        lines.append(
            "Parameters: \(TextFormat.grouped(count)) (\(TextFormat.bytes(4 * count))) · multiply-adds of a training "
                + "step: \(TextFormat.grouped(model.trainingMultiplyAdds)) an image")
        if let warning = model.stack.idleDropoutWarning { lines.append("Warning: \(warning)") }
        if let options = origin?.options { lines += ["", try table(of: options).rendered()] }
        return lines.joined(separator: "\n")
    }

    private func table(of options: MNISTTraining.Options) throws -> TextTable {
        var table = TextTable([.init("Option"), .init("Value")], style: .plain)
        for (name, value) in try options.listed() { table.append([name, value]) }
        return table
    }
}

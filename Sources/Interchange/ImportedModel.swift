import NeuralNetworks
import Platform

/// A model read from a file of another program.
package struct ImportedModel: Sendable {
    /// The configuration of the model.
    package let model: SequenceModel
    /// The parameters, in the order of `model.layout`.
    package let parameters: [Float]
    /// Assumptions about what the file does not say, each a whole sentence.
    package let notes: [String]

    package init(model: SequenceModel, parameters: [Float], notes: [String] = []) {
        precondition(
            parameters.count == model.layout.count,
            "\(parameters.count) parameters for a model of \(model.layout.count)")
        self.model = model
        self.parameters = parameters
        self.notes = notes
    }
}

import NeuralNetworks
import Platform

extension Checkpoint {
    /// Creates a checkpoint of weights that were trained elsewhere: no step is done, and the optimizer has no state.
    ///
    /// - Parameters:
    ///   - model: The architecture of the model.
    ///   - parameters: The parameters, in the order of the model's layout.
    package init(weights parameters: [Float], of model: SequenceModel, details: Details = .init()) {
        precondition(
            parameters.count == model.layout.count,
            "weights: expected \(model.layout.count) numbers, received \(parameters.count)")
        self.model = model
        self.parameters = parameters
        self.details = details
        seed = 0
        optimizerBuffers = []
        average = nil
        bestParameters = nil
        carriedStates = nil
        stepCount = 0
        state = TrainingState()
        logs = LogPositions()
    }

    /// Whether the weights were trained elsewhere.
    package var isImported: Bool { stepCount == 0 && optimizerBuffers.isEmpty }
}

import Platform

/// Knowledge distillation: a classifier is trained on the labels and on the outputs of a trained teacher (Hinton,
/// Vinyals and Dean, "Distilling the knowledge in a neural network", 2015).
///
/// With a temperature T, which divides all scores before softmax, the loss is
///
///     weight · T² · KL(teacher's probabilities ‖ model's probabilities) + (1 - weight) · cross-entropy with the labels.
///
/// The teacher reads the same augmented images as the model, without dropout.
public struct Distillation {
    /// The teacher's configuration.
    package let teacher: SequenceModel
    /// The teacher's parameters, in the layout `teacher.layout`.
    package let parameters: FloatBuffer
    /// The weight of the divergence in the loss, in 0...1.
    package let weight: Double
    /// T, the temperature: 1 leaves the probabilities unchanged, larger numbers make them more equal.
    package let temperature: Double

    /// Creates a distillation. A wrong number of parameters, a weight outside 0...1, and a temperature that is not a
    /// positive finite number, trap.
    ///
    /// - Parameters:
    ///   - teacher: The teacher's configuration, with the input size, length and classes of the model to be trained.
    ///   - parameters: The teacher's parameters, in the layout `teacher.layout`.
    ///   - weight: The weight of the divergence in the loss, in 0...1.
    ///   - temperature: T; 1 leaves the probabilities unchanged, larger numbers make them more equal.
    public init(teacher: SequenceModel, parameters: FloatBuffer, weight: Double, temperature: Double) {
        precondition(
            parameters.count == teacher.layout.count,
            "distillation: expected \(teacher.layout.count) parameters, received \(parameters.count)")
        precondition(
            weight >= 0 && weight <= 1, "distillation: expected a weight of 0...1, received \(weight)")
        precondition(
            temperature > 0 && temperature < .infinity,
            "distillation: expected a positive temperature, received \(temperature)")
        self.teacher = teacher
        self.parameters = parameters
        self.weight = weight
        self.temperature = temperature
    }

    /// Returns the reason why the teacher does not fit a model, with expected and found sizes; nil if it fits.
    package func misfit(of model: SequenceModel) -> String? {
        func text(_ model: SequenceModel) -> String {
            "\(model.sequenceLength.map(String.init) ?? "L") × \(model.stack.inputSize) numbers and \(model.classCount) classes"
        }
        let fits =
            model.classCount > 0 && teacher.classCount == model.classCount
            && teacher.sequenceLength == model.sequenceLength && !teacher.hasStepOutputs
            && !model.hasStepOutputs
            && teacher.stack.inputSize == model.stack.inputSize
        return fits ? nil : "expected a teacher for \(text(model)), found one for \(text(teacher))"
    }
}

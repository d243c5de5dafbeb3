/// What a classifier learns of a teacher beside the labels: of its loss a share `weight` is T² times the
/// Kullback-Leibler divergence of its probabilities from the teacher's, both softened by a temperature T; the rest is
/// cross-entropy with the labels (Hinton, Vinyals and Dean, "Distilling the knowledge in a neural network", 2015).
///
/// The teacher reads the very images that the student reads, augmented ones too, without dropout.
public struct Distillation {
    package let teacher: SequenceModel
    /// The teacher's, laid out as `teacher.layout` says.
    package let parameters: FloatBuffer
    /// Of 0...1.
    package let weight: Double
    /// Positive; 1 leaves probabilities as they are, more brings them closer together.
    package let temperature: Double

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

    /// Why a model cannot learn of the teacher: what was expected of that, and what it is; nil if it can.
    package func misfit(of model: SequenceModel) -> String? {
        func text(_ model: SequenceModel) -> String {
            "\(model.sequenceLength) × \(model.stack.inputSize) numbers and \(model.classCount) classes"
        }
        let fits =
            model.classCount > 0 && teacher.classCount == model.classCount
            && teacher.sequenceLength == model.sequenceLength
            && teacher.stack.inputSize == model.stack.inputSize
        return fits ? nil : "expected a teacher for \(text(model)), found one for \(text(teacher))"
    }
}

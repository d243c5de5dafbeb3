import NeuralNetworks
import Platform

/// The evaluation of a regressor: the errors of its values, in the unit of the targets. If each step of a sequence has
/// values, a sample is a step.
///
/// ```swift
/// print(RegressionEvaluation(trainer.engine, on: test).rmse)
/// ```
public struct RegressionEvaluation: Codable, Hashable, Sendable {
    /// The number of samples.
    public var count: Int
    /// The root mean squared error over all values of all samples, √(Σ (y − t)² / N C).
    public var rmse: Double
    /// The mean absolute error over all values of all samples, Σ |y − t| / N C.
    public var mae: Double
    /// The errors of each value, in their order.
    public var values: [ValueErrors]

    /// The errors of one of a model's values over all samples.
    public struct ValueErrors: Codable, Hashable, Sendable {
        /// The root mean squared error.
        public var rmse: Double
        /// The mean absolute error.
        public var mae: Double
    }

    /// Computes the values of samples and compares them with the targets.
    ///
    /// - Parameters:
    ///   - engine: The regressor with its weights, such as ``Trainer/engine`` or ``Checkpoint/engine(threads:averaged:)``.
    ///   - samples: The samples with their values, at least one. Samples that the model cannot read, and samples with
    ///     classes, trap.
    public init(_ engine: SequenceEngine, on samples: some SequenceDataset) {
        samples.checkFit(engine.model)
        let sequences = samples.sequences
        let targets: UnsafePointer<Float>
        switch sequences.targets {
        case .values(let values), .stepValues(let values): targets = values
        case .labels, .stepLabels, .stepSymbols:
            preconditionFailure("samples: expected values for each, received classes")
        }
        precondition(samples.count > 0, "samples: expected at least one, received none")
        let width = engine.model.output.count
        let places = withExtendedLifetime(samples) { samples.targetPlaces }
        count = places.count
        var squares = [Double](repeating: 0, count: width)
        var magnitudes = squares
        withExtendedLifetime(samples) {
            for (place, output) in engine.evaluateWithOutputs(sequences).outputs.enumerated() {
                let target = targets[places[place / width] * width + place % width]
                let error = Double(output) - Double(target)
                squares[place % width] += error * error
                magnitudes[place % width] += abs(error)
            }
        }
        let samples = Double(count)
        values = zip(squares, magnitudes).map { square, magnitude in
            ValueErrors(rmse: (square / samples).squareRoot(), mae: magnitude / samples)
        }
        let size = samples * Double(width)
        rmse = (squares.reduce(0, +) / size).squareRoot()
        mae = magnitudes.reduce(0, +) / size
    }
}

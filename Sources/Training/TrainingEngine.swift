import Datasets
import NeuralNetworks
import Platform

/// The part of a training that computes steps. ``Trainer`` does everything else: epochs, schedules, callbacks, progress.
protocol TrainingEngine: AnyObject {
    /// The rule of the steps.
    var optimizer: any Optimizer { get }
    /// The limit on the gradients of the steps.
    var clipping: GradientClipping { get }
    /// The learning rate of the next steps.
    var learningRate: Double { get set }
    /// Whether the next steps compute the norm of their gradient even if clipping does not need it.
    var measuresGradientNorm: Bool { get set }
    /// The number of steps so far.
    var stepCount: Int { get }
    /// Whether the outputs are scores of classes, which have an accuracy.
    var isClassifier: Bool { get }
    /// Whether the parameters and the buffers of the optimizer are finite.
    var isFinite: Bool { get }
    /// All parameters, in the order of the layouts. Setting a different number of them traps.
    var parameterValues: [Float] { get set }
    /// Each parameter with its name in checkpoints. The memory is valid as long as the engine.
    var namedParameters: [(name: String, values: UnsafeBufferPointer<Float>)] { get }
}

/// A data set that an engine reads.
protocol TrainingSource {
    associatedtype Samples: Dataset
    /// The samples.
    var samples: Samples { get }
    /// The number of samples.
    var count: Int { get }
    /// The kind of the samples, and their number in this unit.
    var unit: SampleUnit { get }
    var unitCount: Int { get }
    /// Returns the samples of each step of an epoch. By default they are shuffled.
    func batches(epoch: Int, size: Int, seed: UInt64) -> [ArraySlice<Int32>]
    /// Prepares the samples for the steps of an epoch.
    ///
    /// - Parameters:
    ///   - step: The number of steps of the epoch that are complete.
    ///   - batchSize: The number of samples in a step.
    mutating func begin(epoch: Int, step: Int, batchSize: Int)
    /// Computes one step on the mean loss of the samples at `indices`.
    func train(_ indices: UnsafeBufferPointer<Int32>) -> TrainingStep
    /// Returns the score of the first `count` samples, or of all.
    func evaluate(first count: Int?) -> Score
    /// Returns the score of all samples with the averaged weights; nil if there are none.
    func evaluateAveraged() -> Score?
    /// Returns a SHA-256 of the samples at `indices`.
    func digest(of indices: [Int]) -> String
}

extension TrainingSource {
    /// The samples of each step of an epoch, shuffled.
    func shuffledBatches(epoch: Int, size: Int, seed: UInt64) -> [ArraySlice<Int32>] {
        DataLoader(samples, batchSize: size, shuffle: true, seed: seed).epoch(epoch).map(\.sampleIndices)
    }

    var unitCount: Int { (samples as? TextWindows)?.stepCount ?? count }

    func batches(epoch: Int, size: Int, seed: UInt64) -> [ArraySlice<Int32>] {
        shuffledBatches(epoch: epoch, size: size, seed: seed)
    }
}

extension SequenceEngine: TrainingEngine {
    var stepCount: Int { optimizerState.stepCount }

    var isClassifier: Bool { model.classCount > 0 }

    var isFinite: Bool {
        parameters.isFinite && optimizerState.buffers.allSatisfy { $0.values.isFinite }
            && average?.values.isFinite ?? true
    }

    var parameterValues: [Float] {
        get { parameters.elements }
        set {
            parameters.assign(newValue)
            parametersChanged()
        }
    }

    var namedParameters: [(name: String, values: UnsafeBufferPointer<Float>)] {
        model.layout.parameters.map { ($0.name, parameters.values(of: $0)) }
    }
}

extension FloatBuffer {
    /// Returns the part of the buffer that belongs to a parameter.
    func values(of parameter: Parameter) -> UnsafeBufferPointer<Float> {
        UnsafeBufferPointer(start: base + parameter.offset, count: parameter.count)
    }
}

/// Samples of a `SequenceModel`.
struct EngineSource<Samples: SequenceDataset>: TrainingSource {
    let engine: SequenceEngine
    let samples: Samples
    private let augmentation: ImageAugmentation
    private let seed: UInt64
    private var sequences: SequenceSamples

    init(_ engine: SequenceEngine, _ samples: Samples, augmentation: ImageAugmentation, seed: UInt64) {
        samples.checkFit(engine.model)
        self.engine = engine
        self.samples = samples
        self.augmentation = augmentation
        self.seed = seed
        sequences = samples.sequences
    }

    var count: Int { samples.count }

    var unit: SampleUnit {
        switch sequences.inputs {
        case .bytes: .images
        case .numbers: .sequences
        case .symbols: .characters
        }
    }

    func batches(epoch: Int, size: Int, seed: UInt64) -> [ArraySlice<Int32>] {
        guard sequences.isContinuous else {
            return shuffledBatches(epoch: epoch, size: size, seed: seed)
        }
        let batches = ContinuousBatches(count: count, places: size)
        return (0..<batches.batchCount).map(batches.batch)
    }

    mutating func begin(epoch: Int, step: Int, batchSize: Int) {
        sequences = samples.sequences.augmented(by: augmentation, seed: seed, epoch: epoch)
        guard sequences.isContinuous else { return engine.carriedStates = nil }
        guard step > 0 else {
            if engine.carriedStates?.count != batchSize {
                engine.carriedStates = CarriedStates(engine.model, count: batchSize)
            }
            engine.carriedStates?.clear()
            return
        }
        precondition(
            engine.carriedStates?.count == batchSize,
            "fit: expected the batchSize \(engine.carriedStates?.count ?? 0) until the epoch is complete, received "
                + "\(batchSize)")
    }

    func train(_ indices: UnsafeBufferPointer<Int32>) -> TrainingStep {
        engine.train(sequences, batch: indices, carrying: engine.carriedStates)
    }

    func evaluate(first count: Int?) -> Score {
        withExtendedLifetime(samples) {
            if let count { return engine.evaluate(sequences.prefix(count)) }
            return sequences.isContinuous ? engine.evaluateContinuous(sequences) : engine.evaluate(sequences)
        }
    }

    func evaluateAveraged() -> Score? { engine.withAverage { evaluate(first: nil) } }
}

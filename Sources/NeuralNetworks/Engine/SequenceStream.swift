import KernelInterface
import Platform

/// Inference of one sequence that arrives step by step, such as readings of a sensor. The outputs after a step are
/// bit-identical to the outputs of ``SequencePredictor`` for the sequence of all steps so far.
///
/// ```swift
/// let stream = try predictor.stream()
/// for reading in readings { print(stream.predict(reading)) }
/// stream.reset()   // before another sequence
/// ```
///
/// It must not be used by several threads at the same time.
public final class SequenceStream {
    /// The number of steps since the beginning of the sequence.
    public private(set) var stepCount = 0

    private let model: SequenceModel
    private let kernels: any KernelSet
    private let normalization: NormalizationMemory?
    private let memory: FloatBuffer
    private let parts: SequenceParts
    /// [directions · H] The sum of the outputs of all steps, for the readout `mean`.
    private let sums: FloatBuffer
    private var result = ReusedArray()

    /// Creates a stream at the beginning of a sequence. A wrong number of parameters traps.
    ///
    /// - Parameters:
    ///   - model: The configuration of the model.
    ///   - parameters: The parameters, in the layout `model.layout`; they are copied.
    ///   - instructionSet: The instruction set of the kernels.
    /// - Throws: ``SequenceStreamError`` if the model needs the whole sequence.
    public init(
        model: SequenceModel, parameters: FloatBuffer, instructionSet: InstructionSet = .best
    ) throws(SequenceStreamError) {
        if model.stack.bidirectional { throw .bidirectional }
        if model.readout == .all { throw .outputsOfAllSteps }
        precondition(
            parameters.count == model.layout.count,
            "\(parameters.count) parameters for a model of \(model.layout.count)")
        self.model = model
        kernels = instructionSet.kernels
        normalization = NormalizationMemory(model.normalization)
        (memory, parts) = Arena.divided { SequenceParts(&$0, model, steps: 1) }
        sums = FloatBuffer(count: model.stack.outputSize)
        withExtendedLifetime(parameters) { parts.pack(model, from: parameters.base) }
    }

    /// Begins another sequence.
    public func reset() {
        stepCount = 0
        sums.base.clear(count: sums.count)
        for pass in parts.passes {
            for state in [pass.hidden, pass.cell] { state.clear(count: pass.paddedUnits) }
        }
    }

    /// Reads the next step and returns the C outputs; a classifier's are scores before softmax. A wrong number of values
    /// traps.
    ///
    /// A later call does not change an array that you keep. If you keep none, the memory is used again: nothing is
    /// allocated after the first call.
    ///
    /// - Parameter step: [D] The values of the step.
    /// - Returns: The outputs for the sequence so far; with the readout ``Readout/each``, the outputs of this step.
    @discardableResult
    public func push(_ step: [Float]) -> [Float] { result.copy(scores(step)) }

    private func scores(_ step: [Float]) -> UnsafeBufferPointer<Float> {
        precondition(!model.readsSymbols, "step: expected a symbol, as the model reads, received numbers")
        precondition(
            step.count == model.stack.inputSize,
            "step: expected \(model.stack.inputSize) numbers, received \(step.count)")
        step.withUnsafeBufferPointer { parts.input.update(from: $0.baseAddress!, count: $0.count) }
        if let normalization {
            kernels.normalize(
                parts.input, steps: 1, features: step.count, mean: normalization.mean,
                factor: normalization.factor)
        }
        return advance()
    }

    /// Reads the next symbol and returns the C outputs, as ``push(_:)`` does. A symbol out of range traps, and so does a
    /// model of numbers.
    ///
    /// - Parameter symbol: The symbol of the step, from 0; see ``SequenceModel/readingSymbols()``.
    @discardableResult
    public func push(symbol: Int) -> [Float] {
        precondition(model.readsSymbols, "step: expected numbers, as the model reads, received a symbol")
        model.checkSymbol(symbol)
        parts.symbols![0] = Int32(symbol)
        return result.copy(advance())
    }

    /// Computes the outputs of the step in the input memory.
    private func advance() -> UnsafeBufferPointer<Float> {
        for pass in parts.passes {
            // The state after the previous step is in the second place.
            if stepCount > 0 {
                pass.hidden.update(from: pass.hidden + pass.paddedUnits, count: pass.paddedUnits)
            }
            kernels.forward(model.stack.cell.recurrence, pass)
        }
        stepCount += 1
        kernels.scores(
            input: features(), features: model.head.inputSize, weights: parts.headWeights,
            bias: parts.headBias, paddedClasses: parts.paddedOutputs, into: parts.outputs)
        if model.hasSigmoid { kernels.sigmoid(parts.outputs, count: parts.paddedOutputs) }
        return UnsafeBufferPointer(start: parts.outputs, count: model.output.count)
    }

    /// Reads the next step and returns the class with the highest score; the first of equal scores. A wrong number of
    /// values traps.
    ///
    /// - Parameter step: [D] The values of the step.
    public func predict(_ step: [Float]) -> Int { scores(step).argmax() }

    /// Returns the features that the linear layer reads.
    private func features() -> UnsafePointer<Float> {
        let output = UnsafePointer(parts.passes[model.stack.numLayers - 1].output)
        guard model.readout == .mean else { return output }
        // The same operations in the same order as in the mean of a whole sequence.
        let share = 1 / Float(stepCount)
        for feature in 0..<model.stack.outputSize {
            sums.base[feature] += output[feature]
            parts.features[feature] = sums.base[feature] * share
        }
        return UnsafePointer(parts.features)
    }
}

/// The reason why a model cannot read a sequence step by step.
public enum SequenceStreamError: Error, Hashable, Sendable, CustomStringConvertible {
    /// A bidirectional model reads each sequence from both ends.
    case bidirectional
    /// The linear layer of the readout ``Readout/all`` has weights for each step of a whole sequence.
    case outputsOfAllSteps

    public var description: String {
        switch self {
        case .bidirectional:
            "stream: expected a model of one direction, found a bidirectional one, which reads a sequence from its end, "
                + "too; use SequencePredictor with the whole sequence"
        case .outputsOfAllSteps:
            "stream: expected the readout last, final, mean or each, found all, which needs the whole sequence; use "
                + "SequencePredictor"
        }
    }
}

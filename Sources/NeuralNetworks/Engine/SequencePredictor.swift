import KernelInterface
import Platform

/// Inference of one sequence at a time, with a latency of microseconds. The outputs are bit-identical to
/// `SequenceEngine.outputs`. A predictor keeps a copy of the parameters.
///
/// It must not be used by several threads at the same time.
public final class SequencePredictor {
    /// The configuration of the model.
    package let model: SequenceModel

    private let kernels: any KernelSet
    private let normalization: NormalizationMemory?
    /// The parameters, for longer sequences than before and for streams.
    private let parameters: FloatBuffer
    private let instructionSet: InstructionSet
    private var memory: FloatBuffer
    private var parts: SequenceParts
    /// The number of steps of the longest sequence for which there is memory.
    private var capacity: Int
    private var result = ReusedArray()

    /// Creates a predictor. A wrong number of parameters traps.
    ///
    /// - Parameters:
    ///   - model: The configuration of the model.
    ///   - parameters: The parameters, in the layout `model.layout`; they are copied.
    ///   - instructionSet: The instruction set of the kernels.
    public init(model: SequenceModel, parameters: FloatBuffer, instructionSet: InstructionSet = .best) {
        precondition(
            parameters.count == model.layout.count,
            "\(parameters.count) parameters for a model of \(model.layout.count)")
        self.model = model
        self.instructionSet = instructionSet
        kernels = instructionSet.kernels
        normalization = NormalizationMemory(model.normalization)
        capacity = model.sequenceLength ?? 64
        (memory, parts) = Self.parts(model, parameters, capacity)
        self.parameters = FloatBuffer(count: parameters.count)
        self.parameters.assign(parameters.elements)
    }

    /// Returns a stream, which reads a sequence one step at a time and keeps the state in between.
    ///
    /// - Throws: ``SequenceStreamError`` if the model needs the whole sequence.
    public func stream() throws(SequenceStreamError) -> SequenceStream {
        try SequenceStream(model: model, parameters: parameters, instructionSet: instructionSet)
    }

    private static func parts(
        _ model: SequenceModel, _ parameters: FloatBuffer, _ steps: Int
    ) -> (FloatBuffer, SequenceParts) {
        let (memory, parts) = Arena.divided { SequenceParts(&$0, model, steps: steps) }
        withExtendedLifetime(parameters) { parts.pack(model, from: parameters.base) }
        return (memory, parts)
    }

    /// Makes memory for sequences of `steps` steps.
    private func reserve(_ steps: Int) {
        guard steps > capacity else { return }
        capacity = max(steps, min(2 * capacity, ModelLimits.steps.upperBound))
        (memory, parts) = Self.parts(model, parameters, capacity)
    }

    /// Returns the C outputs of a sequence of numbers, or the outputs of each step, [L][C], with the readout
    /// ``Readout/each``; a classifier's are scores before softmax. A wrong number of values traps.
    ///
    /// A later call does not change an array that you keep. If you keep none, the memory is used again: nothing is
    /// allocated after the first call for a length.
    ///
    /// - Parameter values: The values of all steps, [L][D]: for a model of any length at least one step and at most
    ///   65,536, otherwise as many as the model reads.
    public func outputs(_ values: [Float]) -> [Float] { result.copy(scores(values)) }

    private func scores(_ values: [Float]) -> UnsafeBufferPointer<Float> {
        let steps = steps(ofCount: values.count)
        reserve(steps)
        values.withUnsafeBufferPointer { parts.input.update(from: $0.baseAddress!, count: $0.count) }
        return outputs(steps: steps)
    }

    /// Returns the outputs of a sequence of symbols, as of numbers; see ``SequenceModel/readingSymbols()``. A wrong number of
    /// symbols and symbols out of range trap, and so does a model of numbers.
    ///
    /// - Parameter symbols: [L] The symbol of each step, from 0; 1 to 65,536 of them.
    public func outputs(symbols: [Int]) -> [Float] {
        guard model.readsSymbols else {
            preconditionFailure("sequence: expected numbers, as the model reads, received symbols")
        }
        precondition(
            ModelLimits.steps.contains(symbols.count),
            "sequence: expected 1 to \(ModelLimits.steps.upperBound) symbols, received \(symbols.count)")
        reserve(symbols.count)
        for (step, symbol) in symbols.enumerated() {
            model.checkSymbol(symbol)
            parts.symbols![step] = Int32(symbol)
        }
        return result.copy(outputs(steps: symbols.count))
    }

    /// Returns the outputs of a sequence of bytes, as of numbers. A wrong number of bytes traps.
    ///
    /// - Parameters:
    ///   - bytes: The bytes of all steps, [L][D]; see ``outputs(_:)``.
    ///   - scale: The factor of each byte; 1/255 maps images to 0...1.
    public func outputs(_ bytes: [UInt8], scale: Float = 1 / 255) -> [Float] {
        result.copy(scores(bytes, scale: scale))
    }

    private func scores(_ bytes: [UInt8], scale: Float) -> UnsafeBufferPointer<Float> {
        let steps = steps(ofCount: bytes.count)
        reserve(steps)
        bytes.withUnsafeBufferPointer {
            kernels.scale(bytes: $0.baseAddress!, count: $0.count, by: scale, into: parts.input)
        }
        return outputs(steps: steps)
    }

    /// Returns the number of steps of a sequence of `count` numbers. A number that the model cannot read traps.
    private func steps(ofCount count: Int) -> Int {
        precondition(!model.readsSymbols, "sequence: expected symbols, as the model reads, received numbers")
        let size = model.stack.inputSize
        let steps = count / size
        precondition(
            steps * size == count && model.sequenceLength ?? steps == steps
                && ModelLimits.steps.contains(steps), misfit(ofCount: count))
        return steps
    }

    private func misfit(ofCount count: Int) -> String {
        let size = model.stack.inputSize
        let expected =
            model.sequenceLength.map { "\($0) × \(size) numbers" }
            ?? "1 to \(ModelLimits.steps.upperBound) steps of \(size) numbers"
        return "sequence: expected \(expected), received \(count) numbers"
    }

    /// Returns the outputs of a sequence of bytes of the model's length, [L][D]. They are valid until the next call.
    package func outputs(
        _ bytes: UnsafePointer<UInt8>, scale: Float = 1 / 255
    ) -> UnsafeBufferPointer<Float> {
        kernels.scale(bytes: bytes, count: inputCount, by: scale, into: parts.input)
        return outputs(steps: fixedLength)
    }

    /// Returns the outputs of a sequence of numbers of the model's length, [L][D]. They are valid until the next call.
    package func outputs(_ values: UnsafePointer<Float>) -> UnsafeBufferPointer<Float> {
        parts.input.update(from: values, count: inputCount)
        return outputs(steps: fixedLength)
    }

    private var fixedLength: Int {
        guard let steps = model.sequenceLength else {
            preconditionFailure(
                "a model of sequences of any length: expected a collection, received a pointer")
        }
        return steps
    }

    private var inputCount: Int { fixedLength * model.stack.inputSize }

    private func outputs(steps: Int) -> UnsafeBufferPointer<Float> {
        if let normalization {
            kernels.normalize(
                parts.input, steps: steps, features: model.stack.inputSize, mean: normalization.mean,
                factor: normalization.factor)
        }
        for var pass in parts.passes {
            pass.steps = steps
            if model.sequenceLength == nil { clearInitialStates(pass) }
            if model.stack.cell.hasCellState { pass.cell.clear(count: pass.directions * pass.paddedUnits) }
            kernels.forward(model.stack.cell.recurrence, pass)
        }
        let rows = model.hasStepOutputs ? steps : 1
        let features = readFeatures(steps)
        // The outputs of a step are written with padding, which the next step overwrites.
        for row in 0..<rows {
            let outputs = parts.outputs + row * model.output.count
            kernels.scores(
                input: features + row * model.stack.outputSize, features: model.head.inputSize,
                weights: parts.headWeights, bias: parts.headBias, paddedClasses: parts.paddedOutputs,
                into: outputs)
            if model.hasSigmoid { kernels.sigmoid(outputs, count: parts.paddedOutputs) }
        }
        return UnsafeBufferPointer(start: parts.outputs, count: rows * model.output.count)
    }

    /// Returns the class with the highest score; the first of equal scores. A wrong number of values traps, and so does a
    /// model with the readout ``Readout/each``.
    ///
    /// - Parameter values: The values of all steps, [L][D]; see ``outputs(_:)``.
    public func predict(_ values: [Float]) -> Int {
        checkOneOutput()
        return scores(values).argmax()
    }

    /// Returns the class of each step of a sequence, with the readout ``Readout/each``; see ``predict(_:)-([Float])``. A
    /// wrong number of values traps, and so does another readout.
    ///
    /// - Parameter values: The values of all steps, [L][D]; see ``outputs(_:)``.
    public func predictSteps(_ values: [Float]) -> [Int] {
        precondition(
            model.hasStepOutputs,
            "predictSteps: expected a model with the readout each, received \(model.readout); use predict")
        let (outputs, size) = (scores(values), model.output.count)
        return (0..<outputs.count / size).map { step in
            UnsafeBufferPointer(rebasing: outputs[step * size..<(step + 1) * size]).argmax()
        }
    }

    private func checkOneOutput() {
        precondition(
            !model.hasStepOutputs,
            "predict: expected a model with one output for a sequence, received one with the readout each; use "
                + "predictSteps")
    }

    /// Returns the class with the highest score; the first of equal scores. A wrong number of bytes traps.
    ///
    /// - Parameters:
    ///   - bytes: The bytes of all steps, [L][D]; see ``outputs(_:)``.
    ///   - scale: The factor of each byte; 1/255 maps images to 0...1.
    public func predict(_ bytes: [UInt8], scale: Float = 1 / 255) -> Int {
        checkOneOutput()
        return scores(bytes, scale: scale).argmax()
    }

    /// Returns the class with the highest score of a sequence of bytes of the model's length, [L][D].
    package func predict(_ bytes: UnsafePointer<UInt8>, scale: Float = 1 / 255) -> Int {
        outputs(bytes, scale: scale).argmax()
    }

    /// Sets the hidden states before the first step to zero. Their place depends on the number of steps.
    private func clearInitialStates(_ pass: SequencePass) {
        for direction in 0..<pass.directions {
            (pass.hidden + direction * (pass.steps + 1) * pass.paddedUnits).clear(count: pass.paddedUnits)
        }
    }

    /// Returns the features that the linear layer reads from the last layer's outputs.
    private func readFeatures(_ steps: Int) -> UnsafePointer<Float> {
        let stack = model.stack
        let first = UnsafePointer(parts.passes[stack.numLayers - 1].output)
        let last = first + (steps - 1) * stack.outputSize
        switch model.readout {
        case .all, .each: return first
        case .last: return last
        case .final:
            parts.features.update(from: last, count: stack.hiddenSize)
            if stack.bidirectional {
                let backward = stack.hiddenSize
                (parts.features + backward).update(from: first + backward, count: stack.hiddenSize)
            }
        case .mean:
            kernels.mean(
                steps: steps, features: stack.outputSize, of: first, into: parts.features)
        }
        return UnsafePointer(parts.features)
    }
}

import KernelInterface

/// Inference of one sequence at a time, with a latency of microseconds. The outputs are bit-identical to
/// `SequenceEngine.outputs`. A predictor keeps a copy of the parameters.
///
/// It must not be used by several threads at the same time.
public final class SequencePredictor {
    /// The configuration of the model.
    package let model: SequenceModel

    private let kernels: any KernelSet
    private let memory: FloatBuffer
    private let parts: SequenceParts

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
        kernels = instructionSet.kernels
        (memory, parts) = Arena.divided { SequenceParts(&$0, model) }
        withExtendedLifetime(parameters) { parts.pack(model, from: parameters.base) }
    }

    /// Returns the C outputs of a sequence of bytes; a classifier's are scores before softmax. They are valid until the
    /// next call.
    ///
    /// - Parameters:
    ///   - bytes: [L][D]
    ///   - scale: The factor of each byte; 1/255 maps images to 0...1.
    public func outputs(_ bytes: UnsafePointer<UInt8>, scale: Float = 1 / 255) -> UnsafeBufferPointer<Float> {
        kernels.scale(bytes: bytes, count: inputCount, by: scale, into: parts.input)
        return outputs()
    }

    /// Returns the C outputs of a sequence of numbers [L][D]; a classifier's are scores before softmax. They are
    /// valid until the next call.
    public func outputs(_ values: UnsafePointer<Float>) -> UnsafeBufferPointer<Float> {
        parts.input.update(from: values, count: inputCount)
        return outputs()
    }

    private var inputCount: Int { model.sequenceLength * model.stack.inputSize }

    private func outputs() -> UnsafeBufferPointer<Float> {
        for pass in parts.passes {
            if model.stack.cell.hasCellState { pass.cell.clear(count: pass.directions * pass.paddedUnits) }
            kernels.forward(model.stack.cell.recurrence, pass)
        }
        kernels.scores(
            input: readFeatures(), features: model.head.inputSize, weights: parts.headWeights,
            bias: parts.headBias, paddedClasses: parts.paddedOutputs, into: parts.outputs)
        if model.hasSigmoid { kernels.sigmoid(parts.outputs, count: parts.paddedOutputs) }
        return UnsafeBufferPointer(start: parts.outputs, count: model.output.count)
    }

    /// Returns the class with the highest score; the first of equal scores.
    ///
    /// - Parameters:
    ///   - bytes: [L][D]
    ///   - scale: The factor of each byte; 1/255 maps images to 0...1.
    public func predict(_ bytes: UnsafePointer<UInt8>, scale: Float = 1 / 255) -> Int {
        outputs(bytes, scale: scale).argmax()
    }

    /// Returns the features that the linear layer reads from the last layer's outputs.
    private func readFeatures() -> UnsafePointer<Float> {
        let stack = model.stack
        let first = UnsafePointer(parts.passes[stack.numLayers - 1].output)
        let last = first + (model.sequenceLength - 1) * stack.outputSize
        switch model.readout {
        case .all: return first
        case .last: return last
        case .final:
            parts.features.update(from: last, count: stack.hiddenSize)
            if stack.bidirectional {
                let backward = stack.hiddenSize
                (parts.features + backward).update(from: first + backward, count: stack.hiddenSize)
            }
        case .mean:
            kernels.mean(
                steps: model.sequenceLength, features: stack.outputSize, of: first, into: parts.features)
        }
        return UnsafePointer(parts.features)
    }
}

import KernelInterface

/// Classifies one sequence at a time, in microseconds: the same scores as `ClassifierEngine.scores`, to the
/// last bit, without waiting for a batch. It keeps the parameters as they are when it is made.
public final class SequencePredictor {
    public let model: SequenceClassifier

    private let kernels: any KernelSet
    private let memory: FloatBuffer
    private let input: UnsafeMutablePointer<Float>
    private let passes: [SequencePass]
    private let headWeights: UnsafeMutablePointer<Float>
    private let headBias: UnsafeMutablePointer<Float>
    private let result: UnsafeMutablePointer<Float>
    private let paddedClasses: Int

    public init(model: SequenceClassifier, parameters: FloatBuffer, instructionSet: InstructionSet = .best) {
        precondition(
            parameters.count == model.layout.count,
            "\(parameters.count) parameters for a model of \(model.layout.count)")
        precondition(model.stack.cell == .lstm, "one at a time, only an LSTM")
        self.model = model
        kernels = instructionSet.kernels
        let paddedClasses = FloatBuffer.padded(model.classCount)
        self.paddedClasses = paddedClasses

        struct Parts {
            var input: UnsafeMutablePointer<Float>
            var passes: [SequencePass] = []
            var headWeights: UnsafeMutablePointer<Float>
            var headBias: UnsafeMutablePointer<Float>
            var result: UnsafeMutablePointer<Float>
        }
        func divide(_ arena: inout Arena) -> Parts {
            let stack = model.stack
            let steps = model.sequenceLength
            var parts = Parts(
                input: arena.take(steps * stack.inputSize),
                headWeights: arena.take(model.head.inputSize * paddedClasses),
                headBias: arena.take(paddedClasses),
                result: arena.take(paddedClasses))
            for layer in 0..<stack.numLayers {
                let groups = (stack.hiddenSize + SequencePass.groupWidth - 1) / SequencePass.groupWidth
                let units = groups * SequencePass.groupWidth
                let directions = stack.directions
                let inputSize = stack.inputSize(ofLayer: layer)
                parts.passes.append(
                    SequencePass(
                        steps: steps, inputSize: inputSize, hiddenSize: stack.hiddenSize,
                        directions: directions,
                        input: parts.passes.last.map { UnsafePointer($0.output) }
                            ?? UnsafePointer(parts.input),
                        output: arena.take(steps * stack.outputSize),
                        inputWeights: arena.take(directions * units * stack.cell.gates * inputSize),
                        hiddenWeights: arena.take(directions * units * stack.cell.gates * stack.hiddenSize),
                        bias: arena.take(directions * units * stack.cell.gates),
                        gates: arena.take(directions * steps * units * stack.cell.gates),
                        hidden: arena.take(directions * (steps + 1) * units),
                        cell: arena.take(directions * units)))
            }
            return parts
        }
        let (memory, parts) = Arena.divided(divide)
        self.memory = memory
        input = parts.input
        passes = parts.passes
        headWeights = parts.headWeights
        headBias = parts.headBias
        result = parts.result
        pack(UnsafePointer(parameters.base))
    }

    /// The scores of one sequence of L · D bytes times `scale`, before softmax; valid until the next call.
    public func scores(_ bytes: UnsafePointer<UInt8>, scale: Float = 1 / 255) -> UnsafeBufferPointer<Float> {
        kernels.scale(
            bytes: bytes, count: model.sequenceLength * model.stack.inputSize, by: scale, into: input)
        for pass in passes {
            pass.cell.clear(count: pass.directions * pass.paddedUnits)
            kernels.lstmSequence(pass)
        }
        kernels.scores(
            input: passes[passes.count - 1].output, features: model.head.inputSize, weights: headWeights,
            bias: headBias, paddedClasses: paddedClasses, into: result)
        return UnsafeBufferPointer(start: result, count: model.classCount)
    }

    /// The class with the highest score, the first of equal ones.
    public func predict(_ bytes: UnsafePointer<UInt8>, scale: Float = 1 / 255) -> Int {
        let scores = scores(bytes, scale: scale)
        return scores.indices.dropFirst().reduce(0) { scores[$1] > scores[$0] ? $1 : $0 }
    }

    // MARK: Packing

    private func pack(_ parameters: UnsafePointer<Float>) {
        for (layer, pass) in passes.enumerated() {
            for direction in 0..<pass.directions {
                let offsets = model.stackOffsets[layer * pass.directions + direction]
                packGates(
                    parameters + offsets.weightIH, columns: pass.inputSize, pass, direction,
                    into: pass.inputWeights)
                packGates(
                    parameters + offsets.weightHH, columns: pass.hiddenSize, pass, direction,
                    into: pass.hiddenWeights)
                guard let biasIH = offsets.biasIH, let biasHH = offsets.biasHH else { continue }
                let sum = (0..<model.stack.gateRows).map { parameters[biasIH + $0] + parameters[biasHH + $0] }
                packGates(sum, columns: 1, pass, direction, into: pass.bias)
            }
        }
        let features = model.head.inputSize
        for label in 0..<model.classCount {
            headBias[label] = parameters[model.headOffsets.bias + label]
            for feature in 0..<features {
                headWeights[feature * paddedClasses + label] =
                    parameters[model.headOffsets.weight + label * features + feature]
            }
        }
    }

    /// Rows (gate, unit) of a matrix to [group][column][gate][unit].
    private func packGates(
        _ source: UnsafePointer<Float>, columns: Int, _ pass: SequencePass, _ direction: Int,
        into packed: UnsafePointer<Float>
    ) {
        let width = SequencePass.groupWidth
        let target = UnsafeMutablePointer(mutating: packed) + direction * pass.packedCount(columns: columns)
        for gate in 0..<model.stack.cell.gates {
            for unit in 0..<pass.hiddenSize {
                let row = source + (gate * pass.hiddenSize + unit) * columns
                let place =
                    target + (unit / width * columns * model.stack.cell.gates + gate) * width + unit % width
                for column in 0..<columns { place[column * model.stack.cell.gates * width] = row[column] }
            }
        }
    }
}

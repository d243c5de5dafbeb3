import KernelInterface

/// The memory of a `SequencePredictor`, taken from one allocation.
struct SequenceParts {
    /// [L][D] The input sequence; empty for a model of symbols.
    let input: UnsafeMutablePointer<Float>
    /// [L] The symbols of the input sequence; nil for a model of numbers.
    let symbols: UnsafeMutablePointer<Int32>?
    /// The pass of each layer.
    let passes: [SequencePass]
    /// [directions · H] The features of a readout that are not contiguous in the output.
    let features: UnsafeMutablePointer<Float>
    /// [feature][C] The weights of the linear layer, with the outputs padded to `paddedOutputs`.
    let headWeights: UnsafeMutablePointer<Float>
    let headBias: UnsafeMutablePointer<Float>
    /// [C], or [L][C] with the readout `each`, and padding after it.
    let outputs: UnsafeMutablePointer<Float>
    let paddedOutputs: Int

    /// - Parameter steps: L, the number of steps of the longest sequence.
    init(_ arena: inout Arena, _ model: SequenceModel, steps: Int) {
        let stack = model.stack
        paddedOutputs = FloatBuffer.padded(model.output.count)
        input = arena.take(model.readsSymbols ? 0 : steps * stack.inputSize)
        // An Int32 has the size and the alignment of a Float.
        symbols =
            model.readsSymbols
            ? UnsafeMutableRawPointer(arena.take(steps)).bindMemory(to: Int32.self, capacity: steps) : nil
        features = arena.take(stack.outputSize)
        headWeights = arena.take(model.head.inputSize * paddedOutputs)
        headBias = arena.take(paddedOutputs)
        outputs = arena.take((model.hasStepOutputs ? steps - 1 : 0) * model.output.count + paddedOutputs)
        var passes: [SequencePass] = []
        for layer in 0..<stack.numLayers {
            passes.append(
                Self.pass(
                    &arena, stack, layer, steps: steps,
                    input: UnsafePointer(passes.last?.output ?? input)))
        }
        passes[0].symbols = symbols.map { UnsafePointer($0) }
        self.passes = passes
    }

    private static func pass(
        _ arena: inout Arena, _ stack: RecurrentStack, _ layer: Int, steps: Int, input: UnsafePointer<Float>
    ) -> SequencePass {
        let units = stack.directions * FloatBuffer.padded(stack.hiddenSize)
        let gates = units * stack.cell.gates
        let inputSize = stack.inputSize(ofLayer: layer)
        return SequencePass(
            steps: steps, inputSize: inputSize, hiddenSize: stack.hiddenSize, directions: stack.directions,
            input: input, output: arena.take(steps * stack.outputSize),
            inputWeights: arena.take(gates * inputSize), hiddenWeights: arena.take(gates * stack.hiddenSize),
            bias: arena.take(gates), candidateHiddenBias: arena.take(units),
            gates: arena.take(steps * gates), hidden: arena.take((steps + 1) * units),
            cell: arena.take(units), scratch: arena.take(units))
    }

    // MARK: Packing

    /// Packs the weights. Biases that the model does not have stay zero.
    func pack(_ model: SequenceModel, from parameters: UnsafePointer<Float>) {
        for (layer, pass) in passes.enumerated() {
            for direction in 0..<pass.directions {
                let offsets = model.stackOffsets[layer * pass.directions + direction]
                let gates = model.stack.cell.gates
                let place = direction * pass.paddedUnits
                packRows(
                    parameters + offsets.weightIH, gates: gates, columns: pass.inputSize, pass,
                    into: pass.inputWeights + place * gates * pass.inputSize)
                packRows(
                    parameters + offsets.weightHH, gates: gates, columns: pass.hiddenSize, pass,
                    into: pass.hiddenWeights + place * gates * pass.hiddenSize)
                packBiases(model.stack, offsets, pass, direction, from: parameters)
            }
        }
        packHead(model, from: parameters)
    }

    private func packBiases(
        _ stack: RecurrentStack, _ offsets: RecurrentStack.Offsets, _ pass: SequencePass, _ direction: Int,
        from parameters: UnsafePointer<Float>
    ) {
        guard let biasIH = offsets.biasIH else { return }
        let gates = stack.cell.gates
        let place = direction * pass.paddedUnits
        // The second bias of a GRU's n is inside the product with r.
        let summed = stack.cell == .gru ? 2 * stack.hiddenSize : stack.gateRows
        let bias = (0..<stack.gateRows).map { row in
            guard row < summed, let biasHH = offsets.biasHH else { return parameters[biasIH + row] }
            return parameters[biasIH + row] + parameters[biasHH + row]
        }
        packRows(bias, gates: gates, columns: 1, pass, into: pass.bias + place * gates)
        guard summed < stack.gateRows, let biasHH = offsets.biasHH else { return }
        packRows(
            parameters + biasHH + summed, gates: 1, columns: 1, pass, into: pass.candidateHiddenBias + place)
    }

    private func packHead(_ model: SequenceModel, from parameters: UnsafePointer<Float>) {
        let features = model.head.inputSize
        for output in 0..<model.output.count {
            headBias[output] = parameters[model.headOffsets.bias + output]
            for feature in 0..<features {
                headWeights[feature * paddedOutputs + output] =
                    parameters[model.headOffsets.weight + output * features + feature]
            }
        }
    }

    /// Copies the rows (gate, unit) of a matrix to [group][column][gate][unit].
    private func packRows(
        _ source: UnsafePointer<Float>, gates: Int, columns: Int, _ pass: SequencePass,
        into packed: UnsafePointer<Float>
    ) {
        let width = SequencePass.groupWidth
        let target = UnsafeMutablePointer(mutating: packed)
        for gate in 0..<gates {
            for unit in 0..<pass.hiddenSize {
                let row = source + (gate * pass.hiddenSize + unit) * columns
                let place = target + (unit / width * columns * gates + gate) * width + unit % width
                for column in 0..<columns { place[column * gates * width] = row[column] }
            }
        }
    }
}

import KernelInterface

/// The pieces of a `StackWorkspace`, taken from one allocation.
struct WorkspaceParts {
    var input: LaneTensor
    var outputs: [LaneTensor] = []
    var states: [LaneTensor] = []
    var outputGradients: [LaneTensor] = []
    var passes: [RecurrentPass] = []
    /// [lane] The length of each sequence.
    var lengths: UnsafeMutablePointer<Float>
    /// The gradient of an input table, if the workspace trains on symbols; otherwise nil.
    var tableGradient: UnsafeMutablePointer<Float>?

    init(
        _ arena: inout Arena, packed: PackedStack, stack: RecurrentStack, steps: Int,
        purpose: StackWorkspace.Purpose, inputRanges: UnsafePointer<FeatureRange>
    ) {
        let training = purpose.contains(.training)
        let readsSymbols = purpose.contains(.symbols)
        input = Self.tensor(&arena, steps: steps, features: readsSymbols ? 0 : stack.inputSize)
        if readsSymbols, training {
            tableGradient = arena.take(InputTableShape.count(rows: stack.gateRows, symbols: stack.inputSize))
        }
        lengths = arena.take(shardLanes)
        for layer in 0..<stack.numLayers {
            states.append(Self.slots(&arena, steps: steps, features: stack.outputSize))
            let isFiltered = purpose.contains(.lengths) || training && stack.drops(after: layer)
            outputs.append(
                isFiltered
                    ? Self.tensor(&arena, steps: steps, features: stack.outputSize) : states[layer])
            outputGradients.append(
                training && !purpose.contains(.borrowsGradients)
                    ? Self.tensor(&arena, steps: steps, features: stack.outputSize) : outputs[layer])
            for direction in 0..<stack.directions {
                // The input's part of all gates is looked up before the first step.
                let looksUp = readsSymbols && layer == 0
                var pass = pass(
                    &arena, layer, direction, packed, stack, steps: steps,
                    kept: training || looksUp ? steps : 1, inputRanges)
                pass.gatesHaveInput = looksUp
                passes.append(pass)
            }
        }
    }

    private func pass(
        _ arena: inout Arena, _ layer: Int, _ direction: Int, _ packed: PackedStack, _ stack: RecurrentStack,
        steps: Int, kept: Int, _ inputRanges: UnsafePointer<FeatureRange>
    ) -> RecurrentPass {
        let weights = packed.directions[layer * stack.directions + direction]
        let hidden = stack.hiddenSize
        let recurrence = stack.cell.recurrence
        return RecurrentPass(
            steps: steps, inputSize: stack.inputSize(ofLayer: layer), hiddenSize: hidden,
            isReversed: direction == 1, input: layer == 0 ? input : outputs[layer - 1],
            inputRanges: layer == 0 ? inputRanges : nil,
            output: states[layer].advanced(features: direction * hidden),
            gates: Self.tensor(&arena, steps: kept, features: recurrence.storedGates * hidden),
            factors: Self.tensor(&arena, steps: kept, features: recurrence.storedFactors * hidden),
            cell: arena.take(hidden * shardLanes),
            outputGradient: outputGradients[layer].advanced(features: direction * hidden),
            hiddenGradient: arena.take(hidden * shardLanes),
            cellGradient: arena.take(hidden * shardLanes), scratch: arena.take(hidden * shardLanes),
            weights: weights.blocks[0].weights, candidate: weights.blocks[weights.blocks.count - 1].weights,
            candidateHiddenBias: weights.candidateHiddenBias)
    }

    /// Allocates a tensor whose steps are a few cache lines further apart than necessary. At a multiple of 4 KiB, all
    /// steps would map to the same few sets of the cache.
    static func tensor(_ arena: inout Arena, steps: Int, features: Int) -> LaneTensor {
        let stride = (features + 4) * shardLanes
        return LaneTensor(base: arena.take(steps * stride), stepStride: steps == 1 ? 0 : stride)
    }

    /// Allocates a tensor with an extra slot before the first step and after the last, for the initial states.
    private static func slots(_ arena: inout Arena, steps: Int, features: Int) -> LaneTensor {
        tensor(&arena, steps: steps + 2, features: features).advanced(steps: 1)
    }
}

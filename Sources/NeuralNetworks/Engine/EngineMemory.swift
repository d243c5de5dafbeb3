import KernelInterface

/// The memory that an engine needs, computed from sizes alone, before any of it is allocated. Sizes are in bytes, as
/// numbers that cannot overflow.
package struct EngineMemory {
    /// The number of bytes of one `Float` for each parameter.
    package let parameters: Double
    /// The number of states that the optimizer has for each parameter.
    package let optimizerStates: Int
    /// The number of bytes of the whole engine, after training steps and evaluations.
    package let total: Double

    /// - Parameters:
    ///   - model: The model.
    ///   - optimizer: The optimizer; nil if the engine only evaluates.
    ///   - batchSize: The number of sequences of a batch.
    ///   - hasAverage: Whether the engine averages the parameters.
    ///   - isAugmented: Whether training images are augmented.
    ///   - teacher: The teacher's model, for distillation.
    ///   - longest: The number of steps of the longest sequence, for a model of any length.
    ///   - threads: The number of threads.
    package init(
        _ model: SequenceModel, optimizer: any Optimizer, batchSize: Int, hasAverage: Bool = false,
        isAugmented: Bool = false, teacher: SequenceModel? = nil, longest: Int = 1, threads: Int
    ) {
        let parameters = Self.bytes(model.layout.count)
        self.parameters = parameters
        optimizerStates =
            optimizer.step(1, learningRate: optimizer.learningRate).stateNames.count
        let groups = min(SequenceEngine.shardCount(ofBatch: batchSize), SequenceEngine.maximalGroups)
        let steps = model.sequenceLength ?? longest
        var perThread =
            Self.workspace(model, steps: steps, training: true)
            + Self.workspace(model, steps: steps, training: false)
        if isAugmented {
            perThread += Self.augmenter(rows: steps, columns: model.stack.inputSize)
        }
        var total = parameters * Double(1 + optimizerStates + groups + (hasAverage ? 1 : 0))
        total += Self.packed(model)
        if model.readsSymbols {
            // The carried hidden and cell states.
            let shards = SequenceEngine.shardCount(ofBatch: batchSize)
            total += 2 * Self.bytes(shards * shardLanes * model.stack.numLayers * model.stack.hiddenSize)
        }
        if let teacher {
            perThread += Self.workspace(teacher, steps: steps, training: false)
            total += Self.bytes(teacher.layout.count) + Self.packed(teacher)
        }
        self.total = total + perThread * Double(threads)
    }

    private static func bytes(_ floats: Int) -> Double {
        Double(FloatBuffer.padded(floats)) * Double(MemoryLayout<Float>.stride)
    }

    /// Returns the size of the packed weights. Each matrix is stored twice, once transposed, in whole vectors of rows.
    private static func packed(_ model: SequenceModel) -> Double {
        let stack = model.stack
        var floats = 0.0
        func add(rows: Int, columns: Int) {
            // Rows are in groups of at most 32.
            floats += Double((rows + 31) / 32 * 32) * Double(columns)
        }
        for layer in 0..<stack.numLayers {
            let input = stack.inputSize(ofLayer: layer)
            let hidden = stack.hiddenSize
            // There are at most two groups of gates, each padded to whole vectors.
            for _ in 0..<stack.directions {
                add(rows: stack.gateRows + 32, columns: input + hidden + 1)
                add(rows: hidden, columns: stack.gateRows + 1)
                // A model of symbols has one table in place of both matrices of the first layer.
                if layer > 0 || !model.readsSymbols { add(rows: input, columns: stack.gateRows) }
            }
        }
        add(rows: max(stack.inputSize, stack.outputSize), columns: 1)
        let steps = Double(model.head.inputSize / stack.outputSize)
        let head = floats
        floats = 0
        add(rows: model.output.count, columns: stack.outputSize)
        add(rows: stack.outputSize, columns: model.output.count)
        return 4 * (head + floats * steps + Double(model.output.count + 64))
    }

    /// Returns the memory of one thread for a shard; see `WorkspaceParts` and `ReadoutWorkspace`.
    private static func workspace(_ model: SequenceModel, steps: Int, training: Bool) -> Double {
        let stack = model.stack
        let steps = Double(steps)
        let lanes = Double(shardLanes)
        func tensor(_ steps: Double, _ features: Int) -> Double { steps * Double(features + 4) * lanes }
        let kept = training ? steps : 1
        let recurrence = stack.cell.recurrence
        var layer = tensor(steps + 2, stack.outputSize)
        // The gradient, and the outputs between layers, which are zero past the end of each sequence.
        if training { layer += 2 * tensor(steps, stack.outputSize) }
        if !training, model.sequenceLength == nil { layer += tensor(steps, stack.outputSize) }
        let hidden = stack.hiddenSize
        layer +=
            Double(stack.directions)
            * (tensor(kept, recurrence.storedGates * hidden) + tensor(kept, recurrence.storedFactors * hidden)
                + 4 * Double(hidden) * lanes)
        let stepsRead = model.hasStepOutputs ? steps : Double(model.head.inputSize / stack.outputSize)
        let isCopy = model.readout != .all && model.readout != .each
        let readout =
            (isCopy ? 3 : training && model.dropout > 0 ? 1 : 0) * stepsRead * Double(stack.outputSize)
            * lanes
        let outputs = (model.hasStepOutputs ? steps : 1) * Double(model.output.count) * lanes
        // A model of symbols has no dense input; it has the gates of the first layer at all steps, and the gradient of its
        // input table.
        let table = InputTableShape.count(rows: stack.gateRows, symbols: stack.inputSize)
        let input =
            model.readsSymbols
            ? (training
                ? Double(table) : Double(stack.directions) * tensor(steps, recurrence.storedGates * hidden))
                + tensor(steps, 1)
            : tensor(steps, stack.inputSize)
        // The ranges of features are two numbers for each step; the dropout keys are one number for each lane of a
        // layer.
        return 4
            * (input + Double(stack.numLayers) * (layer + lanes) + readout
                + outputs + 4 * steps + 4096)
    }

    private static func augmenter(rows: Int, columns: Int) -> Double {
        // The framed image, four bytes for the corners of each pixel, two splines, and the images of a shard.
        let (rows, columns) = (Double(rows + 64), Double(columns + 64))
        return 6 * rows * columns + 32 * (rows + columns) + Double(shardLanes) * rows * columns
    }
}

import KernelInterface

/// The packed weights of the linear layer: a matrix for each step that it reads, since the steps of a flattened
/// sequence are not contiguous in a shard.
final class PackedHead {
    let features: Int
    let outputs: Int
    let steps: Int
    let weights: UnsafeMutablePointer<Float>
    let weightsStride: Int
    let weightsTransposed: UnsafeMutablePointer<Float>
    let weightsTransposedStride: Int
    let bias: UnsafeMutablePointer<Float>

    private let offsets: LinearShape.Offsets
    private let kernels: any KernelSet
    private let memory: FloatBuffer

    init(_ model: SequenceModel, kernels: any KernelSet) {
        features = model.stack.outputSize
        outputs = model.output.count
        steps = model.head.inputSize / features
        offsets = model.headOffsets
        self.kernels = kernels
        let weightsStride = kernels.packedCount(rows: outputs, columns: features)
        let weightsTransposedStride = kernels.packedCount(rows: features, columns: outputs)
        self.weightsStride = weightsStride
        self.weightsTransposedStride = weightsTransposedStride
        let steps = steps
        let biasCount = kernels.packedCount(rows: outputs, columns: 1)
        let (memory, parts) = Arena.divided { arena in
            (
                weights: arena.take(steps * weightsStride),
                weightsTransposed: arena.take(steps * weightsTransposedStride), bias: arena.take(biasCount)
            )
        }
        self.memory = memory
        (weights, weightsTransposed, bias) = parts
    }

    /// The number of packing tasks: one for each step. They are independent of each other.
    var taskCount: Int { steps }

    /// Packs one piece of the flat parameters.
    func pack(task step: Int, from parameters: UnsafePointer<Float>) {
        let source = parameters + offsets.weight + step * features
        kernels.pack(
            source, adding: nil, rows: outputs, columns: features, rowStride: steps * features,
            columnStride: 1,
            into: weights + step * weightsStride)
        kernels.pack(
            source, adding: nil, rows: features, columns: outputs, rowStride: 1,
            columnStride: steps * features,
            into: weightsTransposed + step * weightsTransposedStride)
        if step == 0 {
            kernels.pack(
                parameters + offsets.bias, adding: nil, rows: outputs, columns: 1, rowStride: 1,
                columnStride: 0,
                into: bias)
        }
    }
}

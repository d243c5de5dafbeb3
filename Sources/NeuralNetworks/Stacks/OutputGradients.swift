import KernelInterface

/// The gradients of the outputs of all layers of a stack, for the backward pass of one shard. The workspaces of a batch
/// borrow them one after the other, so that a shard needs less memory, and this part of it stays in the cache.
final class OutputGradients {
    /// [layer][L][outputSize][lane]
    let layers: [LaneTensor]
    /// L, the number of steps.
    let steps: Int
    private let memory: FloatBuffer

    init(_ stack: RecurrentStack, steps: Int) {
        self.steps = steps
        (memory, layers) = Arena.divided { arena in
            (0..<stack.numLayers).map { _ in
                WorkspaceParts.tensor(&arena, steps: steps, features: stack.outputSize)
            }
        }
    }
}

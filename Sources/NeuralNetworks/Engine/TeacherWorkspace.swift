import KernelInterface

/// The memory for the teacher's forward pass over shards. Each worker has its own.
struct TeacherWorkspace {
    private let workspace: SequenceWorkspace
    private let weight: Float
    private let temperature: Float
    private let kernels: any KernelSet

    /// - Parameter steps: The number of steps of the longest sequence.
    init(
        _ distillation: Distillation, steps: Int, stack: PackedStack, head: PackedHead,
        kernels: any KernelSet
    ) {
        workspace = SequenceWorkspace(
            distillation.teacher, steps: steps, stack: stack, head: head, kernels: kernels, training: false)
        weight = Float(distillation.weight)
        temperature = Float(distillation.temperature)
        self.kernels = kernels
    }

    /// Computes the teacher's scores of a shard.
    func read(_ shard: Shard, of sequences: SequenceSamples) {
        workspace.computeOutputs(shard, of: sequences)
    }

    /// Returns the loss of a model's scores of the same shard, and replaces the scores by its gradient times `scale`.
    ///
    /// - Parameter loss: Computes the loss against the labels, and replaces the scores by its gradient times a scale.
    func loss(
        _ scores: FloatBuffer, count: Int, scale: Float, byLabels loss: (_ scale: Float) -> ShardLoss
    ) -> ShardLoss {
        let divergence = kernels.divergence(
            scores: scores.base, wanted: workspace.outputs.base, classes: scores.count / shardLanes,
            count: count, temperature: temperature, scale: scale * weight)
        let byLabels = loss(scale * (1 - weight))
        for place in 0..<scores.count { scores.base[place] += workspace.outputs.base[place] }
        return ShardLoss(
            sum: Double(1 - weight) * byLabels.sum + Double(weight) * divergence, correct: byLabels.correct)
    }
}

extension Distillation {
    /// Returns the teacher's packed weights.
    func packedTeacher(kernels: any KernelSet) -> (stack: PackedStack, head: PackedHead) {
        let stack = PackedStack(teacher.stack, offsets: teacher.stackOffsets, kernels: kernels)
        let head = PackedHead(teacher, kernels: kernels)
        withExtendedLifetime(parameters) { parameters in
            for task in 0..<stack.taskCount { stack.pack(task: task, from: parameters.base) }
            for task in 0..<head.taskCount { head.pack(task: task, from: parameters.base) }
        }
        return (stack, head)
    }
}

import KernelInterface

/// The teacher's part in the training of shards. One belongs to each worker.
struct TeacherWorkspace {
    private let workspace: SequenceWorkspace
    private let weight: Float
    private let temperature: Float
    private let kernels: any KernelSet

    init(
        _ distillation: Distillation, stack: PackedStack, head: PackedHead, kernels: any KernelSet
    ) {
        workspace = SequenceWorkspace(
            distillation.teacher, stack: stack, head: head, kernels: kernels, training: false)
        weight = Float(distillation.weight)
        temperature = Float(distillation.temperature)
        self.kernels = kernels
    }

    func read(_ shard: Shard, of sequences: SequenceSamples) {
        workspace.computeOutputs(shard, of: sequences)
    }

    /// The loss of the scores of a shard that was read, and its gradient times `scale` in their place.
    ///
    /// - Parameter loss: by the labels; takes a scale, and leaves its gradient in place of the scores.
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

import KernelInterface

/// The squared error: Σ over lanes of (1 / V) Σ (y - target)². The gradient 2 / V · (y - target) · scale replaces the
/// outputs y. If y = σ(z), the gradient of z has the factor σ'(z) = y (1 - y). With weights, each lane's term and gradient
/// are multiplied by the weight of the lane.
///
/// There are few outputs, so it computes one number at a time. The square of a `Float` is exact as a `Double`, so that
/// the loss of given outputs is the same with and without a fused multiply-add.
enum SquaredError {
    static func run(
        outputs: UnsafeMutablePointer<Float>, values: Int, targets: UnsafePointer<Float>,
        indices: UnsafePointer<Int32>, count: Int, weights: LossWeights, scale: Float, throughSigmoid: Bool
    ) -> ShardLoss {
        var loss = ShardLoss(sum: 0, correct: 0)
        for lane in 0..<count {
            let target = targets + Int(indices[lane]) * values
            let weight = weights.lanes.map { $0[lane] } ?? 1
            let factor = scale * (2 / Float(values)) * weight
            var sum = 0.0
            for value in 0..<values {
                let output = outputs[value * shardLanes + lane]
                let difference = output - target[value]
                sum += Double(difference) * Double(difference)
                let slope = throughSigmoid ? output * (1 - output) : 1
                outputs[value * shardLanes + lane] = factor * difference * slope
            }
            loss.sum += Double(weight) * (sum / Double(values))
        }
        for value in 0..<values {
            for lane in count..<shardLanes { outputs[value * shardLanes + lane] = 0 }
        }
        return loss
    }
}

import KernelInterface

/// The mean over steps, and its gradient.
enum Mean {
    static func run(
        steps: Int, features: Int, of source: LaneTensor, into target: UnsafeMutablePointer<Float>
    ) {
        let share = broadcast(1 / Float(steps))
        for index in stride(from: 0, to: features * shardLanes, by: vectorWidth) {
            var sum = broadcast(0)
            for step in 0..<steps { sum += loadVector(source[step], index) }
            storeVector(sum * share, target, index)
        }
    }

    /// Computes the mean of one sequence, by the same operations in the same order.
    static func run(
        steps: Int, features: Int, of source: UnsafePointer<Float>, into target: UnsafeMutablePointer<Float>
    ) {
        let share = 1 / Float(steps)
        for feature in 0..<features {
            var sum: Float = 0
            for step in 0..<steps { sum += source[step * features + feature] }
            target[feature] = sum * share
        }
    }

    static func spread(
        steps: Int, features: Int, of source: UnsafePointer<Float>, into target: LaneTensor
    ) {
        let share = broadcast(1 / Float(steps))
        for index in stride(from: 0, to: features * shardLanes, by: vectorWidth) {
            let value = loadVector(source, index) * share
            for step in 0..<steps { storeVector(value, target[step], index) }
        }
    }
}

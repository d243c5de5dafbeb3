import KernelInterface

/// The mean over steps, and its gradient.
enum Mean {
    static func run(
        steps: Int, lengths: UnsafePointer<Float>?, features: Int, of source: LaneTensor,
        into target: UnsafeMutablePointer<Float>
    ) {
        for index in stride(from: 0, to: features * shardLanes, by: vectorWidth) {
            let share = share(steps, lengths, lane: index % shardLanes)
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
        steps: Int, lengths: UnsafePointer<Float>?, features: Int, of source: UnsafePointer<Float>,
        into target: LaneTensor
    ) {
        for index in stride(from: 0, to: features * shardLanes, by: vectorWidth) {
            let share = share(steps, lengths, lane: index % shardLanes)
            let value = loadVector(source, index) * share
            for step in 0..<steps { storeVector(value, target[step], index) }
        }
    }

    /// Returns 1 / the number of steps of each lane from `lane` on.
    @inline(__always)
    private static func share(_ steps: Int, _ lengths: UnsafePointer<Float>?, lane: Int) -> Vector {
        broadcast(1) / (lengths.map { loadVector($0, lane) } ?? broadcast(Float(steps)))
    }
}

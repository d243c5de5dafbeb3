import NeuralNetworks

/// Measures the maximum number of multiply-adds per second of some threads, all at once, in registers.
final class PeakMeter {
    private let instructionSet: InstructionSet
    private let pool: WorkerPool

    /// The size of a task. It is small, so that slow threads leave work to the others.
    private static let multiplyAddsPerTask = 20_000_000
    private static let tasksPerThread = 4

    init(_ instructionSet: InstructionSet, threads: Int) {
        self.instructionSet = instructionSet
        pool = WorkerPool(threads: threads)
    }

    deinit { pool.stop() }

    /// Returns the speed in GFLOP/s; a multiply-add is two operations.
    func gigaflops(seconds: Double) -> Double {
        let kernels = instructionSet.kernels
        // All tasks compute the same number, which is slightly above the requested number.
        let perTask = kernels.multiplyAdds(atLeast: Self.multiplyAddsPerTask, factor: 0.5)
        let tasks = Self.tasksPerThread * pool.threads
        var multiplyAdds = 0
        let watch = Stopwatch()
        var elapsed = 0.0
        repeat {
            pool.run(tasks: tasks) { _, _ in
                _ = kernels.multiplyAdds(atLeast: Self.multiplyAddsPerTask, factor: 0.5)
            }
            multiplyAdds += tasks * perTask
            elapsed = watch.seconds
        } while elapsed < seconds
        return 2e-9 * Double(multiplyAdds) / elapsed
    }
}

import NeuralNetworks
import Platform

extension EngineMemory {
    /// A checkpoint's content.
    private func checkpoint(hasAverage: Bool) -> Double {
        parameters * Double(1 + optimizerStates + (hasAverage ? 1 : 0))
    }

    /// Checks that there is memory for a training: the engine, checkpoints that are written and read, and the data.
    ///
    /// - Parameters:
    ///   - threads: The number of threads.
    ///   - hasAverage: Whether a checkpoint has averaged weights.
    ///   - evaluatesBest: Whether the best checkpoint is evaluated in the end, by an engine of its own.
    ///   - data: The bytes of data that are read after the training, and of outputs.
    package func checkTraining(
        threads: Int, hasAverage: Bool = false, evaluatesBest: Bool = false, data: Double = 0
    ) throws(MemoryShortage) {
        // The best checkpoint until it is saved; the current one, the writer's copy, the file, and a tensor of it twice.
        var bytes = total + 5 * checkpoint(hasAverage: hasAverage) + data
        if evaluatesBest { bytes += total }
        try MemoryShortage.check(
            bytes + Double(threads * WorkerPool.stackSize), for: "training this model",
            advice: "use a smaller --hidden-size, fewer --layers, a smaller --batch-size or fewer --threads")
    }
}

extension Checkpoint {
    /// Checks that there is memory for an engine of the model.
    ///
    /// - Parameter data: The bytes of what else is taken, such as outputs.
    package func checkMemory(threads: Int, data: Double = 0) throws(MemoryShortage) {
        let engine = EngineMemory(
            model, optimizer: Adam(), batchSize: 1, hasAverage: average != nil, threads: threads)
        try MemoryShortage.check(
            engine.total + data + Double(threads * WorkerPool.stackSize), for: "this model",
            advice: threads > 1 ? "use fewer --threads" : nil)
    }
}

import NeuralNetworks
import Platform

extension EngineMemory {
    /// Returns the size of a checkpoint's content in bytes.
    private func checkpoint(hasAverage: Bool) -> Double {
        parameters * Double(1 + optimizerStates + (hasAverage ? 1 : 0))
    }

    /// Checks that there is enough memory for a training: for the engine, for writing and reading checkpoints, and for
    /// the data.
    ///
    /// - Parameters:
    ///   - threads: The number of threads.
    ///   - hasAverage: Whether a checkpoint has averaged weights.
    ///   - evaluatesBest: Whether the best checkpoint is evaluated at the end, by a separate engine.
    ///   - data: The number of bytes of data read after the training, and of outputs.
    package func checkTraining(
        threads: Int, hasAverage: Bool = false, evaluatesBest: Bool = false, data: Double = 0
    ) throws(MemoryShortage) {
        // The unsaved best checkpoint, the current one, the writer's copy, the file, and one tensor of it twice.
        var bytes = total + 5 * checkpoint(hasAverage: hasAverage) + data
        if evaluatesBest { bytes += total }
        try MemoryShortage.check(
            bytes + Double(threads * WorkerPool.stackSize), for: "training this model",
            advice: "use a smaller --hidden-size, fewer --layers, a smaller --batch-size or fewer --threads")
    }
}

extension Checkpoint {
    /// Checks that there is enough memory for an engine of the model.
    ///
    /// - Parameters:
    ///   - longest: The number of steps of the longest sequence, for a model of any length.
    ///   - data: The number of bytes of everything else, such as outputs.
    package func checkMemory(threads: Int, longest: Int = 1, data: Double = 0) throws(MemoryShortage) {
        let engine = EngineMemory(
            model, optimizer: Adam(), batchSize: 1, hasAverage: average != nil, longest: longest,
            threads: threads)
        try MemoryShortage.check(
            engine.total + data + Double(threads * WorkerPool.stackSize), for: "this model",
            advice: threads > 1 ? "use fewer --threads" : nil)
    }
}

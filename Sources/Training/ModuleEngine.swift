import Datasets
import NeuralNetworks
import Platform

/// Trains and evaluates a model made of modules on several threads, with bit-identical results for any number of them.
///
/// A batch is divided into shards of 32 samples. Each shard is computed on one of several models with the same
/// parameters, one for each thread. The gradients are added in the order of the shards, each with the share of its
/// targets in the batch, so that a batch of one shard has exactly the gradient of a loop written by hand.
final class ModuleEngine: TrainingEngine {
    /// The modules of the model, by name.
    let namedModules: [(name: String, module: any Module)]
    let optimization: Optimization
    let loss: any TrainingLoss
    var measuresGradientNorm = false

    /// The exponential moving average of the parameters of each module; empty if there is none.
    let averages: [WeightAverage]

    /// The model, and its copies for further threads.
    private let models: [any TrainableModel]
    private let modules: [[any Module]]
    private let pool: WorkerPool
    /// The gradients of the shards that are computed at the same time, all modules one after the other.
    private var slots: [FloatBuffer] = []

    private static let shardSize = 32
    /// The number of shards whose tensors and gradients are in memory at the same time.
    private static let waveSize = 16

    /// Creates an engine.
    ///
    /// - Parameters:
    ///   - replica: Makes another model of the same modules; nil if one thread computes.
    ///   - averageDecay: The decay of an exponential moving average of the parameters, in 0..<1; nil for no average.
    init<Model: TrainableModel>(
        _ model: Model, replica: (() -> Model)?, loss: some TrainingLoss, optimizer: any Optimizer,
        clipping: GradientClipping, averageDecay: Double?, threads: Int
    ) {
        precondition(threads > 0, "threads: expected at least 1, received \(threads)")
        pool = WorkerPool(threads: replica == nil ? 1 : threads)
        models = [model] + (1..<max(pool.threads, 1)).compactMap { _ in replica?() }
        namedModules = model.namedModules
        Self.check(namedModules.map(\.name))
        modules = models.map { $0.namedModules.map(\.module) }
        for copy in modules {
            precondition(
                copy.map(\.layout) == modules[0].map(\.layout),
                "replica: expected a model with the same modules as the trainer's")
        }
        precondition(
            Set(modules.joined().map { ObjectIdentifier($0) }).count == modules.joined().count,
            "replica: expected a new model with new modules at each call, received one with the same modules"
        )
        self.loss = loss
        optimization = Optimization(of: modules[0], by: optimizer, clipping: clipping)
        let buffers = modules[0].map(\.parameters)
        averages = averageDecay.map { decay in buffers.map { WeightAverage(of: $0, decay: decay) } } ?? []
    }

    deinit { pool.stop() }

    private static func check(_ names: [String]) {
        precondition(!names.isEmpty, "namedModules: expected at least one module, received none")
        precondition(
            Set(names).count == names.count, "namedModules: expected different names, received \(names)")
        for name in names {
            let first = name.split(separator: ".", omittingEmptySubsequences: false)[0]
            precondition(
                !first.isEmpty && !ModuleCheckpoint.reservedNames.contains(String(first)),
                "namedModules: expected names that do not begin with \(ModuleCheckpoint.reservedNames) or a point, "
                    + "received \"\(name)\"")
        }
    }

    /// The number of threads that compute.
    var threads: Int { models.count }

    var optimizer: any Optimizer { optimization.optimizer }

    var clipping: GradientClipping { optimization.clipping }

    /// The model, without its copies.
    var model: any TrainableModel { models[0] }

    var learningRate: Double {
        get { optimization.learningRate }
        set { optimization.learningRate = newValue }
    }

    var stepCount: Int { optimization.stepCount }

    var isClassifier: Bool { loss.metrics.contains(.accuracy) }

    var isFinite: Bool {
        modules[0].allSatisfy { $0.parameters.isFinite }
            && optimization.states.allSatisfy { $0.buffers.allSatisfy { $0.values.isFinite } }
            && averages.allSatisfy { $0.values.isFinite }
    }

    var parameterValues: [Float] {
        get { modules[0].flatMap(\.parameters.elements) }
        set {
            var first = 0
            for module in modules[0] {
                module.parameters.assign(Array(newValue[first..<first + module.parameters.count]))
                first += module.parameters.count
            }
        }
    }

    var namedParameters: [(name: String, values: UnsafeBufferPointer<Float>)] {
        namedModules.flatMap { name, module in
            module.layout.parameters.map { ("\(name).\($0.name)", module.parameters.values(of: $0)) }
        }
    }

    // MARK: Steps

    /// The loss of one shard.
    private struct ShardScore {
        /// The weight of the shard's mean in the mean of the batch.
        var weight = 0.0
        var score = Score()
    }

    /// Computes one optimizer step on the mean loss of the samples at `indices`.
    func train(_ samples: some BatchDataset, _ indices: [Int]) -> TrainingStep {
        let step = stepCount
        var (scores, weight): ([ShardScore], Double) = ([], 0)
        forEachWave(samples, indices) { first, batches, run in
            makeSlots(batches.count)
            let found = run { batch, model, task in
                let pass = models[model].forward(batch, step: Self.step(step, shard: first + task))
                let loss = loss.loss(pass.output, batch)
                pass.backward(loss.gradient)
                takeGradients(of: model, to: slots[task + 1])
                return ShardScore(weight: loss.weight, score: batch.score(pass.output, loss))
            }
            let before = weight
            weight += found.reduce(0) { $0 + $1.weight }
            addGradients(found.map(\.weight), before: before, total: weight)
            scores += found
        }
        let score = Self.total(scores)
        guard score.lossSum.isFinite, score.count > 0 else {
            return TrainingStep(score: score, gradientNorm: nil, isApplied: false)
        }
        putGradients()
        let isApplied = optimization.step()
        if isApplied { updateAverages() }
        let norm = measuresGradientNorm ? optimization.measuredNorm : optimization.gradientNorm
        return TrainingStep(score: score, gradientNorm: norm, isApplied: isApplied)
    }

    private func updateAverages() {
        for (average, module) in zip(averages, modules[0]) {
            average.begin(step: stepCount)
            average.update(with: module.parameters, 0..<module.parameters.count)
        }
    }

    /// Runs `body` with the averaged parameters in place of the parameters; returns nil if there is no average.
    func withAverage<Value>(_ body: () -> Value) -> Value? {
        guard !averages.isEmpty else { return nil }
        func exchange() {
            for (average, module) in zip(averages, modules[0]) { average.exchange(with: module.parameters) }
        }
        exchange()
        defer { exchange() }
        return body()
    }

    /// Returns the score of the samples at `indices`, without dropout, by the loss for evaluation.
    func evaluate(_ samples: some BatchDataset, _ indices: [Int]) -> Score {
        let loss = loss.evaluated
        var scores: [ShardScore] = []
        forEachWave(samples, indices) { _, _, run in
            scores += run { batch, model, _ in
                let output = models[model].output(batch)
                let loss = loss.loss(output, batch)
                return ShardScore(weight: loss.weight, score: batch.score(output, loss))
            }
        }
        return Self.total(scores)
    }

    /// The number that determines the dropout of a shard: the step's for the first one.
    private static func step(_ step: Int, shard: Int) -> Int { step + shard << 40 }

    /// Computes a closure for a batch on a model; `task` is the index of the shard in the wave.
    private typealias Work = (_ batch: SequenceBatch, _ model: Int, _ task: Int) -> ShardScore

    /// Calls `body` for some shards after the other, with the index of the first one, their tensors, and a function that
    /// computes them on all threads.
    private func forEachWave(
        _ samples: some BatchDataset, _ indices: [Int],
        _ body: (_ first: Int, _ batches: [SequenceBatch], _ run: (Work) -> [ShardScore]) -> Void
    ) {
        copyParameters()
        let shards = stride(from: 0, to: indices.count, by: Self.shardSize).map {
            Array(indices[$0..<min($0 + Self.shardSize, indices.count)])
        }
        for first in stride(from: 0, to: shards.count, by: Self.waveSize) {
            let batches = shards[first..<min(first + Self.waveSize, shards.count)].map {
                samples.batch(at: $0)
            }
            body(first, batches) { work in
                var scores = [ShardScore](repeating: ShardScore(), count: batches.count)
                scores.withUnsafeMutableBufferPointer { scores in
                    pool.run(tasks: batches.count) { task, worker in
                        scores[task] = work(batches[task], worker, task)
                    }
                }
                return scores
            }
        }
    }

    /// Returns the score of all shards, summed in their order.
    private static func total(_ scores: [ShardScore]) -> Score {
        scores.reduce(into: Score()) { $0 += $1.score }
    }

    // MARK: Parameters and gradients

    private func copyParameters() {
        for copy in modules.dropFirst() {
            for (module, original) in zip(copy, modules[0]) {
                module.parameters.base.update(
                    from: original.parameters.base, count: original.parameters.count)
            }
        }
    }

    /// Makes the sum of all shards, slot 0, and a slot for each shard of a wave.
    private func makeSlots(_ shards: Int) {
        let count = modules[0].reduce(0) { $0 + $1.gradients.count }
        while slots.count < shards + 1 { slots.append(FloatBuffer(count: count)) }
    }

    /// Copies the gradients of a model to a slot and sets them to zero.
    private func takeGradients(of model: Int, to slot: FloatBuffer) {
        var target = slot.base
        for module in modules[model] {
            target.update(from: module.gradients.base, count: module.gradients.count)
            target += module.gradients.count
            module.zeroGradients()
        }
    }

    /// Adds the gradients of a wave to the sum, each with its share of the weight of all shards so far.
    private func addGradients(_ weights: [Double], before: Double, total: Double) {
        let sum = slots[0]
        var isEmpty = before == 0
        if !isEmpty {
            let kept = Float(before / total)
            for index in 0..<sum.count { sum.base[index] *= kept }
        }
        for (shard, weight) in weights.enumerated() {
            let share = total == 0 ? 0 : Float(weight / total)
            let gradient = slots[shard + 1].base
            if isEmpty {
                for index in 0..<sum.count { sum.base[index] = share * gradient[index] }
            } else {
                for index in 0..<sum.count { sum.base[index] += share * gradient[index] }
            }
            isEmpty = false
        }
    }

    /// Copies the sum to the gradients that the optimizer reads.
    private func putGradients() {
        var source = slots[0].base
        for module in modules[0] {
            module.gradients.base.update(from: source, count: module.gradients.count)
            source += module.gradients.count
        }
    }
}

/// Samples of a model made of modules.
struct ModuleSource<Samples: BatchDataset>: TrainingSource {
    private let engine: ModuleEngine
    let samples: Samples

    init(_ engine: ModuleEngine, _ samples: Samples) {
        self.engine = engine
        self.samples = samples
    }

    var count: Int { samples.count }

    var unit: SampleUnit {
        samples is LabeledImages ? .images : samples is TextWindows ? .characters : .sequences
    }

    func begin(epoch: Int, step: Int, batchSize: Int) {}

    func train(_ indices: UnsafeBufferPointer<Int32>) -> TrainingStep {
        engine.train(samples, indices.map(Int.init))
    }

    func evaluate(first count: Int?) -> Score {
        engine.evaluate(samples, Array(0..<min(count ?? samples.count, samples.count)))
    }

    func evaluateAveraged() -> Score? { engine.withAverage { evaluate(first: nil) } }
}

import KernelInterface
import Platform

/// Trains and evaluates a model on several threads, with bit-identical results for any number of threads.
///
/// A batch is divided into shards of 32 sequences. A shard's loss and gradient depend only on the parameters and its
/// sequences; they are summed in the order of the shards.
public final class SequenceEngine {
    /// The configuration of the model.
    public let model: SequenceModel
    /// The instruction set of the kernels.
    public let instructionSet: InstructionSet
    /// The rule of the training steps.
    package let optimizer: any Optimizer
    /// The gradient clipping.
    package let clipping: GradientClipping
    /// The label smoothing of training: the fraction of the target probability that is spread evenly over all classes.
    /// Evaluation uses 0.
    package let labelSmoothing: Double
    /// [C] The weight of each class in the loss of training and evaluation; nil if all are 1.
    package let classWeights: [Float]?
    /// The learning rate of the next steps; at first the optimizer's.
    package var learningRate: Double
    /// Whether the next steps compute the norm of their gradient even if clipping does not need it. It has no other
    /// effect.
    package var measuresGradientNorm = false
    /// The parameters, in the layout `model.layout`.
    public let parameters: FloatBuffer
    /// The exponential moving average of the parameters; nil if there is none.
    package let average: WeightAverage?
    /// The states that training carries from batch to batch; nil unless the sequences continue each other.
    package var carriedStates: CarriedStates?

    private let kernels: any KernelSet
    let pool: WorkerPool
    let updater: ParameterUpdater
    private let dropoutSeed: UInt64
    private let packedStack: PackedStack
    private let packedHead: PackedHead
    let distillation: Distillation?
    private let classWeightMemory: FloatBuffer?
    private let packedTeacher: (stack: PackedStack, head: PackedHead)?
    private var trainers: [SequenceWorkspace] = []
    private var evaluators: [SequenceWorkspace] = []
    private var order = ShardOrder()
    /// The other processes that train the model; nil if there are none.
    private(set) var connection: (any ShardExchange)?
    private var gradientExchange: GradientExchange?
    /// The gradient of each group of shards. If a batch has more shards than groups, several are added to one group.
    private var gradients = FloatBuffer(count: 0)
    var losses = UnsafeMutableBufferPointer<ShardLoss>(start: nil, count: 0)
    private var stepTimes = PhaseTimes()
    /// The total elapsed time of all training steps.
    private var stepSeconds = 0.0
    static let maximalGroups = 64

    /// Creates an engine. Numbers out of range, and a distillation that does not fit the model, trap.
    ///
    /// - Parameters:
    ///   - model: The configuration of the model.
    ///   - parameters: The parameters, which training updates; `model.initialParameters(seed:)` for a new model.
    ///   - optimizer: The rule of the training steps.
    ///   - clipping: The gradient clipping.
    ///   - labelSmoothing: The label smoothing of training, in 0...1, as in `torch.nn.CrossEntropyLoss`; 0 for a
    ///     regressor.
    ///   - classWeights: [C] The weight of each class in the loss of training and evaluation, 0 or more, as in
    ///     `torch.nn.CrossEntropyLoss`: the mean loss is divided by the sum of the weights of the labels. nil for a
    ///     regressor, and if all are 1.
    ///   - averageDecay: The decay of an exponential moving average of the parameters, in 0..<1; nil for no average. It
    ///     does not affect training.
    ///   - distillation: The teacher of a classifier; nil for none.
    ///   - seed: The seed of the dropout masks.
    ///   - threads: The number of threads; fewer compute if the system cannot start them all.
    ///   - instructionSet: The instruction set of the kernels.
    package init(
        model: SequenceModel, parameters: FloatBuffer, optimizer: any Optimizer = Adam(),
        clipping: GradientClipping = .none, labelSmoothing: Double = 0, classWeights: [Float]? = nil,
        averageDecay: Double? = nil, distillation: Distillation? = nil, seed: UInt64 = 0, threads: Int = 1,
        instructionSet: InstructionSet = .best
    ) {
        precondition(
            parameters.count == model.layout.count,
            "\(parameters.count) parameters for a model of \(model.layout.count)")
        precondition(
            labelSmoothing >= 0 && labelSmoothing <= 1,
            "labelSmoothing must be of 0...1, not \(labelSmoothing)")
        precondition(
            labelSmoothing == 0 || model.classCount > 0,
            "labelSmoothing is of classifiers; expected 0, received \(labelSmoothing)")
        if let classWeights {
            precondition(
                classWeights.count == model.classCount && classWeights.allSatisfy { $0 >= 0 && $0.isFinite },
                "classWeights: expected \(model.classCount) finite weights, 0 or more, received \(classWeights)"
            )
        }
        if let misfit = distillation?.misfit(of: model) { preconditionFailure("distillation: \(misfit)") }
        precondition(
            distillation == nil || classWeights == nil,
            "distillation: expected no class weights, received some")
        clipping.check()
        self.model = model
        self.parameters = parameters
        self.optimizer = optimizer
        self.clipping = clipping
        self.labelSmoothing = labelSmoothing
        self.classWeights = classWeights
        classWeightMemory = classWeights.map { weights in
            let memory = FloatBuffer(count: weights.count)
            memory.assign(weights)
            return memory
        }
        average = averageDecay.map { WeightAverage(of: parameters, decay: $0) }
        learningRate = optimizer.learningRate
        dropoutSeed = seed
        self.instructionSet = instructionSet
        kernels = instructionSet.kernels
        pool = WorkerPool(threads: threads)
        let kernels = kernels
        updater = ParameterUpdater(parameters, optimizer: optimizer, kernels: kernels)
        let packedStack = PackedStack(
            model.stack, offsets: model.stackOffsets, readsSymbols: model.readsSymbols, kernels: kernels)
        let packedHead = PackedHead(model, kernels: kernels)
        self.packedStack = packedStack
        self.packedHead = packedHead
        self.distillation = distillation
        packedTeacher = distillation.map { $0.packedTeacher(kernels: kernels) }
        if let steps = model.sequenceLength { makeTrainers(steps: steps) }
        parametersChanged()
    }

    deinit {
        pool.stop()
        losses.deallocate()
        order.deallocate()
    }

    /// The number of threads that compute.
    package var threads: Int { pool.threads }

    /// Returns the number of shards in a batch of `count` sequences, which is the maximum number of threads with work.
    package static func shardCount(ofBatch count: Int) -> Int { (count + shardLanes - 1) / shardLanes }

    /// Trains and evaluates together with other processes, which have the same parameters and call the same functions with
    /// the same sequences. States cannot be carried from batch to batch. With nil, this process computes alone again.
    package func connect(_ connection: (any ShardExchange)?) {
        self.connection = connection
        gradientExchange = connection.map {
            GradientExchange($0, count: parameters.count, kernels: kernels)
        }
    }

    /// Computes the gradient of a batch as ``train(_:batch:carrying:)`` does, and adds the gradients of all processes, but
    /// changes no parameter.
    ///
    /// - Returns: The seconds of the computation and, with other processes, of the addition.
    package func timeGradients(
        _ sequences: SequenceSamples, batch indices: UnsafeBufferPointer<Int32>
    ) -> (computing: Double, adding: Double) {
        let start = PhaseTimes.now()
        _ = computeGradients(sequences, batch: indices)
        let end = PhaseTimes.now()
        gradientExchange?.sum(gradients.base, groupCount: groupCount)
        return (end - start, PhaseTimes.now() - end)
    }

    /// The optimizer's state between steps.
    package var optimizerState: OptimizerState { updater.state }

    /// Makes the workspaces of training, one for each thread, for sequences of at most `steps` steps.
    private func makeTrainers(steps: Int) {
        let phases = trainers.map(\.profile)
        trainers = (0..<threads).map { index in
            var teacher: TeacherWorkspace?
            if let distillation, let packedTeacher {
                teacher = TeacherWorkspace(
                    distillation, steps: steps, stack: packedTeacher.stack, head: packedTeacher.head,
                    kernels: kernels)
            }
            return SequenceWorkspace(
                model, steps: steps, stack: packedStack, head: packedHead, kernels: kernels, training: true,
                classWeights: classWeightMemory, teacher: teacher,
                profile: phases.isEmpty ? PhaseTimes() : phases[index])
        }
    }

    /// Makes sure that the workspaces of training are large enough for all sequences.
    private func prepareTraining(on sequences: SequenceSamples) {
        let steps = steps(of: sequences)
        if trainers.first.map({ $0.steps < steps }) ?? true { makeTrainers(steps: steps) }
    }

    /// Returns the workspaces of evaluation, one for each thread, which are large enough for all sequences.
    func evaluators(for sequences: SequenceSamples) -> [SequenceWorkspace] {
        let steps = steps(of: sequences)
        if evaluators.first.map({ $0.steps < steps }) ?? true {
            evaluators = (0..<threads).map { _ in
                SequenceWorkspace(
                    model, steps: steps, stack: packedStack, head: packedHead, kernels: kernels,
                    training: false, classWeights: classWeightMemory)
            }
        }
        return evaluators
    }

    /// Returns the number of steps of the longest sequence. Sequences of different lengths trap if the model reads only
    /// sequences of one length, and the reverse.
    private func steps(of sequences: SequenceSamples) -> Int {
        switch (model.sequenceLength, sequences.places) {
        case (let steps?, nil): return steps
        case (nil, let places?): return places.longest
        case (let steps?, _?):
            preconditionFailure(
                "sequences: expected \(steps) steps each, as the model reads, received sequences of different lengths"
            )
        case (nil, nil):
            preconditionFailure(
                "sequences: expected sequences with lengths, as the model reads any length, received none; give the "
                    + "model a sequenceLength")
        }
    }

    /// Packs the parameters again. Call it after the parameters were changed from outside.
    package func parametersChanged() {
        pool.run(packing, tasks: packingTasks)
    }

    // The work of the thread pool in a step. The closures are stored, because creating one allocates, and a step does
    // not allocate.
    private lazy var packing: WorkerPool.Work = { [unowned self] task, _ in pack(task) }
    private lazy var shardGroups: WorkerPool.Work = { [unowned self] in trainShards($0, $1) }
    private lazy var gradientSlices: WorkerPool.Work = { [unowned self] slice, _ in
        updater.addUp(slice: slice)
    }
    private lazy var parameterSlices: WorkerPool.Work = { [unowned self] slice, _ in updateParameters(slice) }

    /// The number of packing tasks. Pieces are small, so each of two tasks per thread packs several.
    private var packingTasks: Int { 2 * threads }

    private func pack(_ task: Int) {
        let stackPieces = packedStack.taskCount
        for piece in stride(from: task, to: stackPieces + packedHead.taskCount, by: packingTasks) {
            if piece < stackPieces {
                packedStack.pack(task: piece, from: parameters.base)
            } else {
                packedHead.pack(task: piece - stackPieces, from: parameters.base)
            }
        }
    }

    // MARK: Training

    /// Computes one optimizer step on the mean loss of a batch.
    ///
    /// Parameters and states are unchanged if the loss, or a norm that clipping needs, is not finite. Indices and
    /// labels out of range trap.
    ///
    /// - Parameter states: The states in which the sequences begin, one for each place of the batch; they become the states
    ///   in which the sequences end. A longer sequence after a shorter one, and fewer states than sequences, trap. nil for
    ///   states of zero.
    package func train(
        _ sequences: SequenceSamples, batch indices: UnsafeBufferPointer<Int32>,
        carrying states: CarriedStates? = nil
    ) -> TrainingStep {
        let start = PhaseTimes.now()
        defer { stepSeconds += PhaseTimes.now() - start }
        let score = computeGradients(sequences, batch: indices, carrying: states)
        gradientNorm = nil
        guard score.lossSum.isFinite, score.count > 0 else {
            return TrainingStep(score: score, gradientNorm: nil, isApplied: false)
        }
        stepTimes.begin()
        let isApplied = applyGradients()
        stepTimes.end(.optimizer)
        return TrainingStep(score: score, gradientNorm: gradientNorm, isApplied: isApplied)
    }

    /// The gradient norm of the last step, as in `TrainingStep`.
    package private(set) var gradientNorm: Double?

    /// Computes the gradient of the mean loss of a batch, in groups, for `applyGradients` and `gradient`.
    func computeGradients(
        _ sequences: SequenceSamples, batch indices: UnsafeBufferPointer<Int32>,
        carrying states: CarriedStates? = nil
    ) -> Score {
        guard let base = indices.baseAddress, !indices.isEmpty else { return Score() }
        let shards = Self.shardCount(ofBatch: indices.count)
        groupCount = min(shards, Self.maximalGroups)
        ownGroups = gradientExchange?.groups(of: groupCount) ?? 0..<groupCount
        precondition(states == nil || connection == nil, "carried states: expected one process")
        let needed = max(ownGroups.count, 1) * FloatBuffer.padded(parameters.count)
        if gradients.count < needed { gradients = FloatBuffer(count: needed) }
        makeRoomForLosses(shards)
        checkTargets(sequences, indices)
        prepareTraining(on: sequences)
        let terms = lossTerms(of: sequences, indices)
        states?.check(sequences, indices)
        // Sequences that continue keep their places; they are sorted already.
        let sorted = states == nil ? order.sort(indices, of: sequences) : nil
        batch = Batch(
            sequences: sequences, indices: sorted?.indices ?? base, count: indices.count, states: states,
            scale: terms.scale)
        pool.run(shardGroups, tasks: ownGroups.count)
        connection?.gather(losses, shards: shards, groupCount: groupCount)
        return total(shards: shards, count: indices.count, terms)
    }

    /// The current batch of `trainShards`.
    private struct Batch {
        let sequences: SequenceSamples
        let indices: UnsafePointer<Int32>
        let count: Int
        let states: CarriedStates?
        /// The factor of the summed loss that gives the mean loss.
        let scale: Float
    }

    private var batch: Batch?
    private var groupCount = 0
    /// The groups that this process computes.
    private var ownGroups = 0..<0

    /// Computes every `groupCount`-th shard of the batch and adds its gradient to the gradient of the group.
    ///
    /// - Parameter task: The number of the group among the groups of this process.
    private func trainShards(_ task: Int, _ worker: Int) {
        guard let batch else { return }
        let stride = FloatBuffer.padded(parameters.count)
        let group = ownGroups.lowerBound + task
        let gradient = gradients.base + task * stride
        trainers[worker].clear(gradient, count: stride)
        for first in Swift.stride(from: group * shardLanes, to: batch.count, by: groupCount * shardLanes) {
            let shard = Shard(indices: batch.indices + first, count: min(shardLanes, batch.count - first))
            trainers[worker].setDropoutKeys(
                seed: dropoutSeed, step: optimizerState.stepCount, firstSequence: first,
                count: shard.count)
            losses[first / shardLanes] = trainers[worker].train(
                shard, of: batch.sequences, states: batch.states?.part(ofShard: first / shardLanes),
                scale: batch.scale, labelSmoothing: Float(labelSmoothing), gradients: gradient)
        }
    }

    func makeRoomForLosses(_ shards: Int) {
        guard losses.count < shards else { return }
        losses.deallocate()
        losses = .allocate(capacity: shards)
        losses.initialize(repeating: ShardLoss(sum: 0, correct: 0))
    }

    func total(shards: Int, count: Int, _ terms: LossTermCount) -> Score {
        var score = Score()
        for shard in 0..<shards {
            score.lossSum += losses[shard].sum
            score.correct += losses[shard].correct
        }
        score.count = count
        score.stepCount = terms.steps
        score.weightSum = terms.weight
        return score
    }

    /// Updates the parameters. It returns false and changes nothing if the norm is needed and not finite.
    func applyGradients() -> Bool {
        if let gradientExchange {
            gradientExchange.sum(gradients.base, groupCount: groupCount)
            groupCount = 1
        }
        updater.begin(gradients: gradients.base, count: groupCount)
        if clipping.needsNorm || measuresGradientNorm {
            pool.run(gradientSlices, tasks: updater.sliceCount)
            groupCount = 1
            let norm = updater.squaredNorm().squareRoot()
            gradientNorm = norm
            guard norm.isFinite || !clipping.needsNorm else { return false }
        }
        optimizerState.stepCount += 1
        update = (
            optimizer.step(optimizerState.stepCount, learningRate: learningRate).step,
            clipping.scale(norm: gradientNorm ?? 0), clipping.limit
        )
        average?.begin(step: optimizerState.stepCount)
        pool.run(parameterSlices, tasks: updater.sliceCount)
        parametersChanged()
        return true
    }

    /// The current update of `updateParameters`.
    private var update: (step: OptimizerStep, scale: Float, limit: Float)?

    private func updateParameters(_ slice: Int) {
        guard let update else { return }
        updater.update(slice: slice, update.step, scale: update.scale, limit: update.limit)
        average?.update(with: parameters, updater.range(slice))
    }

    /// Returns the gradient of the mean loss after `computeGradients`, as the optimizer reads it.
    func gradient() -> [Float] {
        let stride = FloatBuffer.padded(parameters.count)
        return (0..<parameters.count).map { index in
            (1..<max(groupCount, 1)).reduce(gradients.base[index]) {
                $0 + gradients.base[$1 * stride + index]
            }
        }
    }

    /// The time of all training steps so far by phase, summed over threads: `threads` times the elapsed time. The
    /// phase `optimizer` counts for each thread, because all of them take part in it.
    package var times: PhaseTimes {
        var sum = PhaseTimes()
        for trainer in trainers { sum += trainer.profile }
        sum[.optimizer] = Double(threads) * stepTimes[.optimizer]
        sum[.waiting] = max(0, Double(threads) * stepSeconds - sum.total)
        return sum
    }
}

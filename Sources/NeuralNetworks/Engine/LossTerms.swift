import KernelInterface
import Platform

/// The loss of the outputs of a shard against the targets of its sequences. Each workspace has its own.
final class LossTerms {
    private let model: SequenceModel
    private let kernels: any KernelSet
    private let classWeights: FloatBuffer?
    /// [lane] The weights of the sequences.
    private let laneWeights = FloatBuffer(count: shardLanes)
    /// [lane] The classes of one step.
    private let labels = UnsafeMutablePointer<Int32>.allocate(capacity: shardLanes)
    /// [lane] The places of the targets of one step.
    private let places = UnsafeMutablePointer<Int32>.allocate(capacity: shardLanes)

    /// - Parameter classWeights: [C] The weight of each class; nil if all are 1.
    init(_ model: SequenceModel, classWeights: FloatBuffer?, kernels: any KernelSet) {
        self.model = model
        self.kernels = kernels
        self.classWeights = classWeights
        labels.initialize(repeating: 0, count: shardLanes)
        places.initialize(repeating: 0, count: shardLanes)
    }

    deinit {
        labels.deallocate()
        places.deallocate()
    }

    /// Returns the summed loss and replaces the outputs by its gradient times `scale`.
    ///
    /// - Parameters:
    ///   - outputs: [step][C][lane] The outputs.
    ///   - steps: The number of steps that have outputs, if each has; otherwise it is not read.
    func loss(
        _ shard: Shard, of sequences: SequenceSamples, outputs: LaneTensor, steps: Int, scale: Float,
        labelSmoothing: Float
    ) -> ShardLoss {
        let weights = weights(shard, of: sequences)
        func classes(_ step: Int, _ count: Int, _ label: (_ lane: Int) -> Int32) -> ShardLoss {
            for lane in 0..<count { labels[lane] = label(lane) }
            return kernels.crossEntropy(
                scores: outputs[step], classes: model.output.count, labels: UnsafePointer(labels),
                count: count, weights: weights, scale: scale, labelSmoothing: labelSmoothing)
        }
        func values(
            _ targets: UnsafePointer<Float>, _ step: Int, _ indices: UnsafePointer<Int32>, _ count: Int
        ) -> ShardLoss {
            kernels.squaredError(
                outputs: outputs[step], values: model.output.count, targets: targets, indices: indices,
                count: count, weights: weights, scale: scale, throughSigmoid: model.hasSigmoid)
        }
        switch sequences.targets {
        case .labels(let labels):
            return classes(0, shard.count) { Int32(labels[Int(shard.indices[$0])]) }
        case .values(let targets): return values(targets, 0, shard.indices, shard.count)
        case .stepLabels(let labels):
            return eachStep(shard, of: sequences, steps: steps) { step, places, count in
                classes(step, count) { Int32(labels[Int(places[$0])]) }
            }
        case .stepSymbols(let symbols):
            return eachStep(shard, of: sequences, steps: steps) { step, places, count in
                classes(step, count) { symbols[Int(places[$0])] }
            }
        case .stepValues(let targets):
            return eachStep(shard, of: sequences, steps: steps) { values(targets, $0, $1, $2) }
        }
    }

    /// Returns the sum of `loss` over all steps.
    ///
    /// - Parameter loss: Returns the loss of one step from the places of the targets and the number of lanes that have
    ///   one. These are the first lanes, because the sequences of a shard are sorted by length, the longest first.
    private func eachStep(
        _ shard: Shard, of sequences: SequenceSamples, steps: Int,
        _ loss: (_ step: Int, _ places: UnsafePointer<Int32>, _ count: Int) -> ShardLoss
    ) -> ShardLoss {
        guard let all = sequences.places else {
            preconditionFailure("targets at each step: expected sequences with lengths, received none")
        }
        var sum = ShardLoss(sum: 0, correct: 0)
        var count = shard.count
        for step in 0..<steps {
            while Int(all.lengths[Int(shard.indices[count - 1])]) <= step { count -= 1 }
            for lane in 0..<count {
                places[lane] = Int32(all.firstSteps[Int(shard.indices[lane])] + step)
            }
            let part = loss(step, UnsafePointer(places), count)
            sum.sum += part.sum
            sum.correct += part.correct
        }
        return sum
    }

    private func weights(_ shard: Shard, of sequences: SequenceSamples) -> LossWeights {
        if let weights = sequences.weights {
            for lane in 0..<shard.count { laneWeights.base[lane] = weights[Int(shard.indices[lane])] }
        }
        return LossWeights(
            classes: classWeights.map { UnsafePointer($0.base) },
            lanes: sequences.weights == nil ? nil : UnsafePointer(laneWeights.base))
    }
}

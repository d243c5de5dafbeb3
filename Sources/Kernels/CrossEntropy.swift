import ElementaryFunctions
import KernelInterface

/// The cross-entropy loss -log softmax(scores)[label], computed relative to the highest score so that nothing
/// overflows. The gradient (softmax(scores) - onehot(label)) · scale replaces the scores.
///
/// Label smoothing ε (Szegedy et al., "Rethinking the Inception architecture for computer vision", 2016, section 7)
/// spreads a fraction of the target probability evenly over all classes: (1 - ε) onehot(label) + ε / C.
///
/// With class weights w, as in `torch.nn.CrossEntropyLoss`, the target of class c has the weight w[c]: the loss is
/// -Σ w[c] · target[c] · log softmax(scores)[c]. Its gradient is total · softmax(scores) - w ⊙ target, with the total
/// Σ w[c] · target[c], which is 1 without weights. Multiplication by a weight of 1 changes no bit.
enum CrossEntropy {
    static func run(
        scores: UnsafeMutablePointer<Float>, classes: Int, labels: UnsafePointer<Int32>, count: Int,
        weights: LossWeights, scale: Float, labelSmoothing: Float
    ) -> ShardLoss {
        let labelShare = 1 - labelSmoothing
        let classShare = labelSmoothing / Float(classes)
        let classSum = sum(weights.classes, classes)
        var loss = ShardLoss(sum: 0, correct: 0)
        for first in stride(from: 0, to: shardLanes, by: vectorWidth) {
            let scores = scores + first
            // A NaN among the scores makes the sum below NaN, and so the loss.
            let highest = highestScore(scores, classes: classes)
            let active = min(max(count - first, 0), vectorWidth)
            let laneWeights = weights.lanes.map { loadVector($0, first) } ?? broadcast(1)
            var totals = broadcast(1)
            for lane in 0..<active {
                let label = Int(labels[first + lane])
                let score = scores[label * shardLanes + lane]
                let weight = labelShare * (weights.classes.map { $0[label] } ?? 1) * laneWeights[lane]
                loss.sum += Double(weight) * Double(highest[lane] - score)
                if isFirst(score, in: scores + lane, classes: classes, label: label) { loss.correct += 1 }
                if !weights.areOne { totals[lane] = weight + classShare * classSum * laneWeights[lane] }
            }
            // This is skipped for ε = 0, because an infinite score would give NaN.
            if labelSmoothing > 0 {
                var distance = broadcast(0)
                for label in 0..<classes {
                    let weight = weights.classes.map { $0[label] } ?? 1
                    distance += (highest - loadVector(scores, label * shardLanes)) * weight
                }
                for lane in 0..<active {
                    loss.sum += Double(classShare * laneWeights[lane]) * Double(distance[lane])
                }
            }
            var sum = broadcast(0)
            for label in 0..<classes {
                let term = exponential(loadVector(scores, label * shardLanes) - highest)
                storeVector(term, scores, label * shardLanes)
                sum += term
            }
            for lane in 0..<active { loss.sum += Double(totals[lane]) * Elementary.log(Double(sum[lane])) }

            let idle = laneNumbers .>= broadcast(Float(active))
            let factor = (broadcast(scale) * totals / sum).replacing(with: 0, where: idle)
            let base = (broadcast(scale * classShare) * laneWeights).replacing(with: 0, where: idle)
            for label in 0..<classes {
                let weight = weights.classes.map { $0[label] } ?? 1
                storeVector(
                    loadVector(scores, label * shardLanes) * factor - base * weight, scores,
                    label * shardLanes)
            }
            for lane in 0..<active {
                let label = Int(labels[first + lane])
                let weight = weights.classes.map { $0[label] } ?? 1
                scores[label * shardLanes + lane] -= scale * labelShare * weight * laneWeights[lane]
            }
        }
        return loss
    }

    /// Returns the sum of the class weights; without weights the number of classes.
    @inline(__always)
    private static func sum(_ weights: UnsafePointer<Float>?, _ classes: Int) -> Float {
        guard let weights else { return Float(classes) }
        return (0..<classes).reduce(0) { $0 + weights[$1] }
    }

    /// Returns whether the label's score is the highest, and the first of equal scores.
    @inline(__always)
    private static func isFirst(
        _ score: Float, in scores: UnsafePointer<Float>, classes: Int, label: Int
    ) -> Bool {
        for other in 0..<classes {
            let value = scores[other * shardLanes]
            if other < label ? !(value < score) : !(value <= score) { return false }
        }
        return true
    }
}

extension LossWeights {
    /// Whether there are no weights.
    @inline(__always)
    fileprivate var areOne: Bool { classes == nil && lanes == nil }
}

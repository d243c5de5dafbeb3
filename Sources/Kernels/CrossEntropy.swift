import KernelInterface

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// The cross-entropy loss -log softmax(scores)[label], computed relative to the highest score so that nothing
/// overflows. The gradient (softmax(scores) - onehot(label)) · scale replaces the scores.
///
/// Label smoothing ε (Szegedy et al., "Rethinking the Inception architecture for computer vision", 2016, section 7)
/// spreads a fraction of the target probability evenly over all classes: (1 - ε) onehot(label) + ε / C.
enum CrossEntropy {
    static func run(
        scores: UnsafeMutablePointer<Float>, classes: Int, labels: UnsafePointer<UInt8>,
        indices: UnsafePointer<Int32>, count: Int, scale: Float, labelSmoothing: Float
    ) -> ShardLoss {
        let labelShare = 1 - labelSmoothing
        let classShare = labelSmoothing / Float(classes)
        var loss = ShardLoss(sum: 0, correct: 0)
        for first in stride(from: 0, to: shardLanes, by: vectorWidth) {
            let scores = scores + first
            // A NaN among the scores makes the sum below NaN, and so the loss.
            let highest = highestScore(scores, classes: classes)
            let active = min(max(count - first, 0), vectorWidth)
            for lane in 0..<active {
                let score = scores[Int(labels[Int(indices[first + lane])]) * shardLanes + lane]
                loss.sum += Double(labelShare) * Double(highest[lane] - score)
                if isFirst(
                    score, in: scores + lane, classes: classes, label: Int(labels[Int(indices[first + lane])])
                ) {
                    loss.correct += 1
                }
            }
            // This is skipped for ε = 0, because an infinite score would give NaN.
            if labelSmoothing > 0 {
                var distance = broadcast(0)
                for label in 0..<classes { distance += highest - loadVector(scores, label * shardLanes) }
                for lane in 0..<active { loss.sum += Double(classShare) * Double(distance[lane]) }
            }
            var sum = broadcast(0)
            for label in 0..<classes {
                let term = exponential(loadVector(scores, label * shardLanes) - highest)
                storeVector(term, scores, label * shardLanes)
                sum += term
            }
            for lane in 0..<active { loss.sum += log(Double(sum[lane])) }

            let idle = laneNumbers .>= broadcast(Float(active))
            let factor = (broadcast(scale) / sum).replacing(with: 0, where: idle)
            let base = broadcast(scale * classShare).replacing(with: 0, where: idle)
            for label in 0..<classes {
                storeVector(
                    loadVector(scores, label * shardLanes) * factor - base, scores, label * shardLanes)
            }
            for lane in 0..<active {
                scores[Int(labels[Int(indices[first + lane])]) * shardLanes + lane] -=
                    scale * labelShare
            }
        }
        return loss
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

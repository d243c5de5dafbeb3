import ElementaryFunctions
import KernelInterface

/// The distillation loss T² · KL(q ‖ p) with p = softmax(scores / T) and q = softmax(wanted / T). The gradient with
/// respect to the scores, T (p - q) · scale, replaces the target scores `wanted` (Hinton, Vinyals and Dean, "Distilling
/// the knowledge in a neural network", 2015).
enum DistillationLoss {
    static func run(
        scores: UnsafePointer<Float>, wanted: UnsafeMutablePointer<Float>, classes: Int, count: Int,
        temperature: Float, scale: Float
    ) -> Double {
        let inverse = broadcast(1 / temperature)
        var sum = 0.0
        for first in stride(from: 0, to: shardLanes, by: vectorWidth) {
            let (scores, wanted) = (scores + first, wanted + first)
            let (highest, highestWanted) = (
                highestScore(scores, classes: classes), highestScore(wanted, classes: classes)
            )
            var (total, totalWanted, distance) = (broadcast(0), broadcast(0), broadcast(0))
            for label in 0..<classes {
                let exponent = (loadVector(scores, label * shardLanes) - highest) * inverse
                let exponentWanted = (loadVector(wanted, label * shardLanes) - highestWanted) * inverse
                let term = exponential(exponentWanted)
                distance += term * (exponentWanted - exponent)
                totalWanted += term
                total += exponential(exponent)
                storeVector(term, wanted, label * shardLanes)
            }
            let active = min(max(count - first, 0), vectorWidth)
            for lane in 0..<active {
                sum += Double(distance[lane]) / Double(totalWanted[lane])
                sum += Elementary.log(Double(total[lane]) / Double(totalWanted[lane]))
            }

            let idle = laneNumbers .>= broadcast(Float(active))
            let factor = broadcast(temperature * scale).replacing(with: 0, where: idle)
            let (share, shareWanted) = (factor / total, factor / totalWanted)
            for label in 0..<classes {
                let exponent = (loadVector(scores, label * shardLanes) - highest) * inverse
                let gradient =
                    exponential(exponent) * share - loadVector(wanted, label * shardLanes) * shareWanted
                storeVector(gradient.replacing(with: 0, where: idle), wanted, label * shardLanes)
            }
        }
        return sum * Double(temperature) * Double(temperature)
    }
}

/// Returns the highest score of each lane. A NaN counts as higher than any number.
@inline(__always)
func highestScore(_ scores: UnsafePointer<Float>, classes: Int) -> Vector {
    var highest = loadVector(scores)
    for label in 1..<max(classes, 1) {
        let score = loadVector(scores, label * shardLanes)
        highest.replace(with: score, where: .!(score .<= highest))
    }
    return highest
}

/// The numbers of the lanes: 0, 1, 2, …
@inline(__always)
var laneNumbers: Vector { Vector(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15) }

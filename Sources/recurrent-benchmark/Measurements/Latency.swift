import Datasets
import NeuralNetworks

/// The latency of one image, from its bytes in memory to its class, on one thread.
struct Latency: Codable, Sendable {
    var hiddenSize: Int
    var samples: Int
    var medianMicroseconds: Double
    var percentile99Microseconds: Double

    /// Classifies one image after the other: first for `warmUp` seconds without measuring, then for `seconds` seconds,
    /// measuring each.
    init(_ setup: ModelSetup, on images: LabeledImages, warmUp: Double, seconds: Double) {
        let model = setup.model(for: images)
        let predictor = SequencePredictor(
            model: model, parameters: model.initialParameters(seed: 0), instructionSet: setup.instructionSet)
        let pixels = images.pixels.baseAddress
        let imageSize = images.rows * images.columns
        var next = 0
        func predictNext() -> Duration {
            let image = pixels + next * imageSize
            next = (next + 1) % images.count
            let start = ContinuousClock.now
            _ = predictor.predict(image)
            return start.duration(to: .now)
        }
        let warmUpWatch = Stopwatch()
        repeat { _ = predictNext() } while warmUpWatch.seconds < warmUp
        var durations: [Duration] = []
        let watch = Stopwatch()
        repeat { durations.append(predictNext()) } while watch.seconds < seconds

        let microseconds = durations.map { $0 / .microseconds(1) }
        hiddenSize = setup.hiddenSize
        samples = durations.count
        medianMicroseconds = microseconds.median
        percentile99Microseconds = microseconds.quantile(0.99)
    }
}

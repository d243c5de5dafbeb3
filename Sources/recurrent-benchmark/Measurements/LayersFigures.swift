import Datasets
import NeuralNetworks

/// The cost of the layers by themselves: training by a loop written by hand, compared with the engine on the same images.
struct LayersFigures: Codable {
    var cell: RecurrentCell
    var hiddenSize: Int
    var threads: Int
    /// The number of turns.
    var samples: Int
    /// The median duration of one step on a batch.
    var engineMilliseconds: Double
    var layersMilliseconds: Double
    /// The median of the ratios of both durations in the same turn.
    var overEngine: Double
    /// The same ratio of the processor time of the calling thread. With one thread it does not count what other programs
    /// take.
    var processorOverEngine: Double

    /// Measures steps of both kinds in turns: first for `warmUp` seconds without measuring, then for `seconds` seconds;
    /// at least one turn.
    ///
    /// - Parameter seconds: The duration of all turns; a turn takes about 100 ms, or one step of each kind.
    init(_ setup: ModelSetup, on images: LabeledImages, warmUp: Double, seconds: Double) throws(LossNotFinite)
    {
        let images = Self.part(of: images)
        let engine = TrainingSession(setup, on: images)
        let layers = LayerLoop(setup, on: images)
        let warmUpWatch = Stopwatch()
        repeat {
            _ = try engine.step()
            try layers.step()
        } while warmUpWatch.seconds < warmUp
        let turn = min(0.05, seconds / 2)
        var (engineTimes, layersTimes): ([Time], [Time]) = ([], [])
        let watch = Stopwatch()
        repeat {
            engineTimes.append(
                try Time(seconds: turn) { () throws(LossNotFinite) in _ = try engine.step() })
            layersTimes.append(try Time(seconds: turn) { () throws(LossNotFinite) in try layers.step() })
        } while watch.seconds < seconds

        cell = setup.cell
        hiddenSize = setup.hiddenSize
        threads = setup.threads
        samples = engineTimes.count
        engineMilliseconds = engineTimes.map { 1000 * $0.elapsed }.median
        layersMilliseconds = layersTimes.map { 1000 * $0.elapsed }.median
        overEngine = zip(layersTimes, engineTimes).map { $0.elapsed / $1.elapsed }.median
        processorOverEngine = zip(layersTimes, engineTimes).map { $0.processor / $1.processor }.median
    }

    /// Returns the images of a few batches, which stay in the processor's cache.
    private static func part(of images: LabeledImages) -> LabeledImages {
        let few = (0..<min(8 * ModelSetup.batchSize, images.count)).map { images[$0] }
        return LabeledImages(
            pixels: few.flatMap(\.pixels), labels: few.map { UInt8($0.label) }, rows: images.rows,
            columns: images.columns, classCount: images.classCount)
    }

    /// The duration of one step in seconds: elapsed time, and processor time of the calling thread.
    private struct Time {
        var elapsed: Double
        var processor: Double

        /// Takes the mean over steps for at least `seconds` seconds.
        init(seconds: Double, _ step: () throws(LossNotFinite) -> Void) throws(LossNotFinite) {
            let (watch, clock) = (Stopwatch(), ProcessorClock())
            var count = 0.0
            repeat {
                try step()
                count += 1
            } while watch.seconds < seconds
            (elapsed, processor) = (watch.seconds / count, clock.seconds / count)
        }
    }
}

/// Training by layers, as a program writes it by hand.
private final class LayerLoop {
    private let recurrent: RecurrentLayer<AnyKind>
    private let linear: Linear
    private let readout: Readout
    private let optimization: Optimization
    private let batches: [(input: Tensor, labels: [Int])]
    private var next = 0

    init(_ setup: ModelSetup, on images: LabeledImages) {
        let model = setup.model(for: images)
        recurrent = RecurrentLayer(
            model.stack, batchFirst: true, threads: setup.threads, instructionSet: setup.instructionSet)
        readout = model.readout
        linear = Linear(
            inputSize: model.stack.outputSize * (readout == .all ? images.rows : 1),
            outputSize: images.classCount, seed: 1, threads: setup.threads,
            instructionSet: setup.instructionSet)
        optimization = Optimization(
            of: [recurrent, linear], by: Adam(learningRate: setup.options.learningRate),
            instructionSet: setup.instructionSet)
        batches = DataLoader(images, batchSize: ModelSetup.batchSize, shuffle: true).epoch(0).map { batch in
            let numbers = batch.flatMap { $0.pixels.map { Float($0) / 255 } }
            return (Tensor(shape: [batch.count, images.rows, images.columns], numbers), batch.map(\.label))
        }
    }

    /// Runs one optimizer step.
    func step() throws(LossNotFinite) {
        defer { next = (next + 1) % batches.count }
        let pass = recurrent.forward(batches[next].input)
        let scores = linear.forward(pass.result.features(readout))
        let loss = CrossEntropyLoss()(scores.output, batches[next].labels)
        pass.backward(scores.backward(loss.gradient), from: readout)
        optimization.step()
        guard loss.value.isFinite else { throw LossNotFinite(stack: recurrent.stack) }
    }
}

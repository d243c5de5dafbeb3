import Datasets
import NeuralNetworks
import Randomness
import Training

/// How fast a model trains and classifies on this machine, in seconds rather than minutes.
public struct ShortBenchmark: Sendable {
    private let setup: ModelSetup
    private let seconds: Double

    /// - Parameters:
    ///   - options: the model, the threads, and the data set.
    ///   - seconds: how long to measure in all, at least a step or a pass of each; above 0.
    public init(_ options: MNISTTraining.Options, seconds: Double = 10) {
        precondition(seconds > 0, "seconds: expected above 0, received \(seconds)")
        setup = ModelSetup(options)
        self.seconds = seconds
    }

    public struct Figures: Sendable {
        public let source: String
        public let model: SequenceModel
        public let threads: Int
        public let instructionSet: InstructionSet
        /// In images a second of each slice.
        public let training: [Double]
        public let inference: [Double]
        /// Of one image on one thread.
        public let latency: Latency
    }

    /// Slices of training, and of inference; fewer if one takes longer than all should.
    private static let sliceCount = 5
    /// A pass must not take long with a large model.
    private static let imagesPerPass = 512

    /// - Throws: ``DatasetError`` for damaged data and for images of one's own that are missing, ``LossNotFinite``.
    public func run() throws -> Figures {
        let (train, test, source) = try images()
        let session = TrainingSession(setup, on: train)
        _ = try session.run(seconds: 0.05 * seconds)
        let training = try Self.slices(seconds: 0.5 * seconds) { try session.run(seconds: $0) }
        let classifier = InferenceSession(setup, on: test)
        _ = classifier.run(seconds: 0.02 * seconds)
        let inference = Self.slices(seconds: 0.2 * seconds) { classifier.run(seconds: $0) }
        return Figures(
            source: source, model: setup.model(for: train), threads: setup.threads,
            instructionSet: setup.instructionSet, training: training, inference: inference,
            latency: Latency(setup, on: test, warmUp: 0.02 * seconds, seconds: 0.2 * seconds))
    }

    /// In images a second.
    private static func slices(seconds: Double, _ measure: (Double) throws -> Slice) rethrows -> [Double] {
        var rates: [Double] = []
        let watch = Stopwatch()
        repeat {
            rates.append(try measure(seconds / Double(sliceCount)).imagesPerSecond)
        } while rates.count < sliceCount && watch.seconds < seconds
        return rates
    }

    /// Those of the data set if they are there, else images of its size at random.
    private func images() throws -> (train: LabeledImages, test: LabeledImages, source: String) {
        let (dataset, directory) = (setup.options.dataset, setup.options.data)
        do {
            let (train, test, found) = try setup.options.images()
            return (train, test.first(Self.imagesPerPass), "\(dataset.name) in \(found)")
        } catch DatasetError.missing where dataset.classCount != nil {
            // Speed hardly depends on what the images show.
            let classCount = dataset.classCount!
            return (
                .random(16 * Self.imagesPerPass, classCount, seed: 0),
                .random(Self.imagesPerPass, classCount, seed: 1),
                "random images of 28 × 28, as \(dataset.name) is not in \(directory); its blank borders would be faster"
            )
        }
    }
}

extension ShortBenchmark.Figures {
    /// For people.
    public func text() -> String {
        var table = TextTable(
            [.init(""), .init("Median", .right), .init("Slowest – fastest", .right)], style: .plain)
        table.append(["training, images/s"] + Self.cells(training))
        table.append(["inference, images/s"] + Self.cells(inference))
        table.append([
            "one image, 1 thread, µs", TextFormat.fixed(latency.medianMicroseconds, decimals: 1),
            "99 % in \(TextFormat.fixed(latency.percentile99Microseconds, decimals: 1))",
        ])
        let stack = model.stack
        return """
            Model: \(stack.numLayers) × \(stack.bidirectional ? "bidirectional " : "")\(stack.cell.rawValue), hidden \
            \(stack.hiddenSize), \(TextFormat.grouped(model.layout.count)) parameters · batch \(ModelSetup.batchSize)
            Threads: \(threads) · instruction set: \(instructionSet)
            Data: \(source)

            \(table.rendered())

            A short look, true if nothing else runs. "make benchmark" is the long one: every cell and several sizes \
            against the processor's peak.
            """
    }

    private static func cells(_ rates: [Double]) -> [String] {
        func rounded(_ rate: Double) -> String { TextFormat.grouped(Int(rate.rounded())) }
        return [
            rounded(rates.median), "\(rounded(rates.quantile(0))) – \(rounded(rates.quantile(1)))",
        ]
    }
}

extension LabeledImages {
    /// A copy of the first `count`, or of all.
    fileprivate func first(_ count: Int) -> LabeledImages {
        let count = min(count, self.count)
        return LabeledImages(
            pixels: Array(pixels.prefix(count * rows * columns)), labels: Array(labels.prefix(count)),
            rows: rows,
            columns: columns, classCount: classCount)
    }

    fileprivate static func random(_ count: Int, _ classCount: Int, seed: UInt64) -> LabeledImages {
        var generator = SplitMix64(seed)
        return LabeledImages(
            pixels: (0..<count * 28 * 28).map { _ in UInt8(generator.nextIndex(below: 256)) },
            labels: (0..<count).map { _ in UInt8(generator.nextIndex(below: classCount)) }, rows: 28,
            columns: 28, classCount: classCount)
    }
}

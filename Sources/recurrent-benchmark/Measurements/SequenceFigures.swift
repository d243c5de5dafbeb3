import Datasets
import NeuralNetworks
import Randomness
import Training

/// The speed of a bidirectional LSTM on sequences of 20 to 200 steps with six channels, and four classes.
struct SequenceFigures: Codable {
    var hiddenSize: Int
    /// The part of the output that the linear layer reads: the final states, or each step.
    var readout: Readout
    var threads: Int
    /// The number of sequences that a second of training reads, for each round.
    var sequencesPerSecond: [Double]
    /// The median duration of one prediction of 100 steps, on one thread.
    var medianMicroseconds: Double
}

/// Training and prediction as a sequence classifier does it.
struct SequenceBenchmark {
    static let lengths = 20...200
    static let channels = 6
    static let classes = 4
    static let predictedSteps = 100

    let hiddenSize: Int
    let readout: Readout
    let threads: Int
    private let sequences: LabeledSequences
    private let model: SequenceModel

    init(hiddenSize: Int, readout: Readout, threads: Int, count: Int = 2048) throws(SequenceError) {
        self.hiddenSize = hiddenSize
        self.readout = readout
        self.threads = threads
        var generator = SplitMix64(0)
        let values = (0..<count).map { _ in
            let steps = Self.lengths.lowerBound + generator.nextIndex(below: Self.lengths.count)
            return (0..<steps * Self.channels).map { _ in generator.nextSymmetric(bound: 1) }
        }
        sequences =
            readout == .each
            ? try LabeledSequences(
                values, channels: Self.channels,
                stepLabels: values.map { (0..<$0.count / Self.channels).map { $0 % Self.classes } })
            : try LabeledSequences(
                values, channels: Self.channels, labels: (0..<count).map { $0 % Self.classes })
        model = SequenceModel(
            RecurrentStack(.lstm, inputSize: Self.channels, hiddenSize: hiddenSize, bidirectional: true),
            classCount: Self.classes, readout: readout
        ).normalized(by: InputNormalization(fitting: sequences))
    }

    /// Trains for `rounds` periods of `seconds` seconds each, after `warmUp` seconds, and predicts for one such period.
    func run(warmUp: Double, seconds: Double, rounds: Int = 1) throws(LossNotFinite) -> SequenceFigures {
        let engine = SequenceEngine(
            model: model, parameters: model.initialParameters(seed: 0), threads: threads)
        let loader = DataLoader(sequences, batchSize: ModelSetup.batchSize, shuffle: true)
        var batches = loader.epoch(0).makeIterator()
        var epoch = 0
        /// Returns the sequences trained in a second, over whole steps, at least one.
        func train(_ seconds: Double) throws(LossNotFinite) -> Double {
            let watch = Stopwatch()
            var (count, elapsed) = (0, 0.0)
            repeat {
                guard let batch = batches.next() else {
                    epoch += 1
                    batches = loader.epoch(epoch).makeIterator()
                    continue
                }
                let score = batch.sampleIndices.withUnsafeBufferPointer {
                    engine.train(sequences.sequences, batch: $0).score
                }
                guard score.lossSum.isFinite else { throw LossNotFinite(stack: model.stack) }
                count += score.count
                elapsed = watch.seconds
            } while elapsed < seconds || count == 0
            return Double(count) / elapsed
        }
        _ = try train(warmUp)
        var speeds: [Double] = []
        for _ in 0..<rounds { speeds.append(try train(seconds)) }
        return SequenceFigures(
            hiddenSize: hiddenSize, readout: readout, threads: threads, sequencesPerSecond: speeds,
            medianMicroseconds: latency(engine, seconds: seconds))
    }

    private func latency(_ engine: SequenceEngine, seconds: Double) -> Double {
        let predictor = SequencePredictor(model: model, parameters: engine.parameters)
        var generator = SplitMix64(1)
        let sequence = (0..<Self.predictedSteps * Self.channels).map { _ in generator.nextSymmetric(bound: 1)
        }
        var durations: [Double] = []
        let watch = Stopwatch()
        repeat {
            let start = ContinuousClock.now
            _ = predictor.outputs(sequence)
            durations.append(start.duration(to: .now) / .microseconds(1))
        } while watch.seconds < seconds
        return durations.median
    }
}

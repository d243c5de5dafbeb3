import Datasets
import NeuralNetworks

/// The speed of training with one cell, one size, one instruction set and a number of threads.
struct TrainingFigures: Codable {
    var cell: RecurrentCell
    var hiddenSize: Int
    var instructionSet: InstructionSet
    var threads: Int
    /// The multiply-adds of one image: according to the model, and without the skipped ones.
    var multiplyAdds: Double
    var multiplyAddsDone: Double
    /// The measured values, in their order; each peak is the mean of one before and one after its slice of time.
    var imagesPerSecond: [Double]
    var peakGigaflops: [Double]
    var phases: PhaseShares

    /// The speed in GFLOP/s, according to the model's arithmetic.
    var gigaflops: Double { 2e-9 * multiplyAdds * imagesPerSecond.median }
    var shareOfPeak: Double { shares(multiplyAdds).median }
    var shareOfPeakDone: Double { shares(multiplyAddsDone).median }

    private func shares(_ multiplyAdds: Double) -> [Double] {
        zip(imagesPerSecond, peakGigaflops).map { 2e-9 * multiplyAdds * $0 / $1 }
    }

    /// Returns the ratios of this share of the peak to the share of other figures measured in turns with it, round by
    /// round.
    func sharesOfPeak(relativeTo other: TrainingFigures) -> [Double] {
        zip(shares(multiplyAdds), other.shares(other.multiplyAdds)).map { $0 / $1 }
    }
}

/// The shares of all threads' time, 0...1.
struct PhaseShares: Codable {
    var gather: Double
    var forward: Double
    var head: Double
    var backward: Double
    var weightGradients: Double
    var optimizer: Double
    var waiting: Double

    init(_ times: PhaseTimes) {
        func share(_ phase: Phase) -> Double { times[phase] / times.total }
        gather = share(.gather)
        forward = share(.forward)
        head = share(.head)
        backward = share(.backward)
        weightGradients = share(.weightGradients)
        optimizer = share(.optimizer)
        waiting = share(.waiting)
    }
}

/// The number and duration of measurements for each row of a table.
struct Rounds: Codable {
    var count = 5
    var seconds = 0.8
    var warmUpSeconds = 0.3
    var peakSeconds = 0.03
}

enum TrainingBenchmark {
    /// Measures all cells and numbers of threads in turns, and the peak between them, so that changes of the machine's
    /// speed affect all of them equally.
    static func run(
        cells: [RecurrentCell], hiddenSize: Int, instructionSet: InstructionSet, threadCounts: [Int],
        rounds: Rounds,
        on images: LabeledImages
    ) throws(LossNotFinite) -> [TrainingFigures] {
        var contenders: [Contender] = []
        for cell in cells {
            for threads in threadCounts {
                let setup = ModelSetup(
                    cell: cell, hiddenSize: hiddenSize, threads: threads, instructionSet: instructionSet)
                let contender = Contender(setup, on: images)
                _ = try contender.session.run(seconds: rounds.warmUpSeconds)
                contenders.append(contender)
            }
        }
        for _ in 0..<rounds.count {
            for contender in contenders { try contender.measure(rounds) }
        }
        return contenders.map(\.figures)
    }
}

private final class Contender {
    let session: TrainingSession
    private let setup: ModelSetup
    private let peak: PeakMeter
    private var slices: [Slice] = []
    private var peaks: [Double] = []

    init(_ setup: ModelSetup, on images: LabeledImages) {
        self.setup = setup
        session = TrainingSession(setup, on: images)
        peak = PeakMeter(setup.instructionSet, threads: setup.threads)
    }

    func measure(_ rounds: Rounds) throws(LossNotFinite) {
        let before = peak.gigaflops(seconds: rounds.peakSeconds)
        slices.append(try session.run(seconds: rounds.seconds))
        let after = peak.gigaflops(seconds: rounds.peakSeconds)
        peaks.append((before + after) / 2)
    }

    var figures: TrainingFigures {
        var times = PhaseTimes()
        for slice in slices { times += slice.times }
        let multiplyAdds = session.multiplyAdds()
        return TrainingFigures(
            cell: setup.cell, hiddenSize: setup.hiddenSize, instructionSet: setup.instructionSet,
            threads: setup.threads,
            multiplyAdds: multiplyAdds.model, multiplyAddsDone: multiplyAdds.done,
            imagesPerSecond: slices.map(\.imagesPerSecond), peakGigaflops: peaks,
            phases: PhaseShares(times))
    }
}

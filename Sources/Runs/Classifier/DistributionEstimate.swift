import Console
import Datasets
import NeuralNetworks
import Training

/// The time of a step of several processes and of one, measured before training, to tell whether distribution pays.
struct DistributionEstimate {
    /// The number of samples in the measured step.
    let samples: Int
    let processes: Int
    /// The seconds in which the first process computes the whole step.
    let alone: Double
    /// The seconds of a step of all processes, and the seconds of them in which gradients are added.
    let together: Double
    let adding: Double
}

extension DistributionEstimate {
    /// Measures the computation of gradients on the first batch. No parameter changes. All processes call this.
    init(
        _ engine: SequenceEngine, _ samples: some SequenceDataset, batchSize: Int,
        _ connection: any ShardExchange
    ) {
        let count = min(batchSize, samples.count)
        let indices = (0..<count).map(Int32.init)
        func measure() -> (computing: Double, adding: Double) {
            withExtendedLifetime(samples) {
                indices.withUnsafeBufferPointer { engine.timeGradients(samples.sequences, batch: $0) }
            }
        }
        /// Returns the fastest of some measurements, after one without regard to its time.
        func fastest(of count: Int) -> (computing: Double, adding: Double) {
            _ = measure()
            return (0..<count).map { _ in measure() }.min {
                $0.computing + $0.adding < $1.computing + $1.adding
            }
                ?? (0, 0)
        }
        var alone = 0.0
        // The message lets the others wait until this one is measured.
        var repetitions: UInt8 = 0
        if connection.process == 0 {
            alone = fastest(of: 3).computing
            repetitions = alone > 0.3 ? 1 : 5
        }
        repetitions = connection.broadcast([repetitions])[0]
        engine.connect(connection)
        let together = fastest(of: Int(repetitions))
        engine.connect(nil)
        self.samples = count
        processes = connection.processCount
        self.alone = alone
        self.together = together.computing + together.adding
        adding = together.adding
    }

    /// Returns lines for the user: the times, and warnings if distribution does not pay.
    ///
    /// - Parameters:
    ///   - machines: The number of machines.
    ///   - threads: The number of threads of the first process.
    ///   - all: The number of threads of all processes on its machine.
    ///   - unit: The kind of the samples.
    func lines(machines: Int, threads: Int, ofMachine all: Int, unit: SampleUnit) -> [String] {
        var lines: [String] = []
        let shards = SequenceEngine.shardCount(ofBatch: samples)
        if processes > shards {
            lines.append(
                "Warning: a batch of \(samples) \(unit.rawValue) has \(TextFormat.count(shards, "shard")) of 32, so "
                    + "\(processes - shards) of \(processes) processes have nothing to compute; give a larger --batch-size."
            )
        }
        guard processes > 1 else {
            return ["Warning: there is one process; to start more: mpirun -np 4 mnist-bilstm-mpi"]
        }
        guard machines > 1 else {
            return lines + [
                "Warning: all processes are on one machine; one process with more threads computes the same weights about as "
                    + "fast, with one copy of the data: mnist-bilstm"
            ]
        }
        // A process alone would use all threads of its machine.
        let alone = alone * Double(min(threads, shards)) / Double(min(all, shards))
        func milliseconds(_ seconds: Double) -> String { TextFormat.significant(1000 * seconds, digits: 3) }
        lines.append(
            "Measured: a step's gradients take \(milliseconds(together)) ms, \(milliseconds(adding)) ms of them between "
                + "the machines; one machine alone takes \(milliseconds(alone)) ms")
        if together >= alone {
            lines.append(
                "Warning: distribution does not pay here: it is slower than one machine alone, which computes the same "
                    + "weights: mnist-bilstm")
        }
        return lines
    }
}

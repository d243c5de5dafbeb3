import NeuralNetworks
import Platform

/// Keeps the processes of one training together: after the callbacks of each step and epoch, all of them continue, or all
/// end for the same reason; at the end of each epoch they compare their weights.
struct ProcessAgreement {
    let connection: any ShardExchange

    /// Returns the reason for the end of training, which the first process with a reason gives; nil to continue.
    ///
    /// - Parameters:
    ///   - ending: The reason of this process; nil for none.
    ///   - failure: The error that ended the callbacks of this process; nil for none. It is thrown again.
    /// - Throws: ``ProcessError/otherFailed(process:)`` if another process has failed.
    func ending(_ ending: Trainer.Ending?, failure: (any Error)?) throws -> Trainer.Ending? {
        let answers = answers(failure == nil ? .init(ending) : .failed)
        if let failure { throw failure }
        if let process = answers.firstIndex(of: .failed) {
            throw ProcessError.otherFailed(process: process)
        }
        return answers.lazy.compactMap(\.ending).first
    }

    /// Checks that all processes have the same weights.
    ///
    /// - Throws: ``ProcessError/otherWeights(process:epoch:)``, in all processes.
    func check(weights: [Float], epoch: Int) throws(ProcessError) {
        let digests = connection.gather(Array(WeightDigest.sha256(of: weights).utf8))
        guard let process = digests.firstIndex(where: { $0 != digests[0] }) else { return }
        throw .otherWeights(process: process, epoch: epoch)
    }

    /// Sends this process's answer to all processes and returns the answer of each.
    private func answers(_ own: Answer) -> [Answer] {
        var answers = [Answer](repeating: own, count: connection.processCount)
        let size = MemoryLayout<Answer>.stride
        answers.withUnsafeMutableBytes { bytes in
            connection.gather(
                bytes, parts: (0..<connection.processCount).map { $0 * size..<($0 + 1) * size })
        }
        return answers
    }

    /// A reason for the end of training as numbers, which are sent as they are in memory.
    private struct Answer: Hashable {
        private let kind: Int64
        private let first: Int64
        private let second: Int64

        static let failed = Answer(kind: -1)

        private init(kind: Int64, _ first: Int = 0, _ second: Int = 0) {
            (self.kind, self.first, self.second) = (kind, Int64(first), Int64(second))
        }

        init(_ ending: Trainer.Ending?) {
            self =
                switch ending {
                case nil: Answer(kind: 0)
                case .finished: Answer(kind: 1)
                case .noProgress: Answer(kind: 2)
                case .interrupted(let signal): Answer(kind: 3, Int(signal))
                case .outOfTime: Answer(kind: 4)
                case .requested: Answer(kind: 5)
                case .diverged(let epoch, let step): Answer(kind: 6, epoch, step)
                }
        }

        var ending: Trainer.Ending? {
            switch kind {
            case 1: .finished
            case 2: .noProgress
            case 3: .interrupted(signal: Int32(truncatingIfNeeded: first))
            case 4: .outOfTime
            case 5: .requested
            case 6: .diverged(epoch: Int(first), step: Int(second))
            default: nil
            }
        }
    }
}

/// An error of a training over several processes. Processes are counted from 0, as MPI counts ranks.
package enum ProcessError: Error, Hashable, CustomStringConvertible {
    /// Another process ended training by an error.
    case otherFailed(process: Int)
    /// A process has other weights than the first after an epoch, counted from 0.
    case otherWeights(process: Int, epoch: Int)

    package var description: String {
        switch self {
        case .otherFailed(let process): "process \(process) has failed"
        case .otherWeights(let process, let epoch):
            "process \(process) has other weights than process 0 after epoch \(epoch): its memory or processor may be "
                + "faulty. The last checkpoint is from before; resume without that machine"
        }
    }
}

extension ProcessError: ReportedError {
    package var exitStatus: ExitStatus { .different }
}

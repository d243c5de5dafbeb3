import CMPI
import NeuralNetworks
import Platform

/// The connection of the processes that `mpirun` has started.
final class MPIConnection: ShardExchange {
    let process: Int
    let processCount: Int
    private let watch: WaitingWatch

    /// Starts MPI.
    ///
    /// - Parameter watch: Is told when this process waits for others.
    /// - Throws: ``MPIError``
    init(_ watch: WaitingWatch) throws(MPIError) {
        var (process, count): (Int32, Int32) = (0, 0)
        let code = cmpi_begin(&process, &count)
        guard code != CMPI_MISSING else { throw .missing }
        guard code == 0 else { throw .failed(Self.text(of: code)) }
        (self.process, processCount) = (Int(process), Int(count))
        self.watch = watch
    }

    /// The name of this machine.
    var machine: String { String(validatingCString: cmpi_machine()) ?? "?" }

    /// Ends MPI. All processes call it.
    func end() { check(cmpi_end()) }

    func exchange(
        _ sent: UnsafeRawBufferPointer, parts: [Range<Int>], into received: UnsafeMutableRawBufferPointer,
        receivedParts: [Range<Int>]
    ) {
        let unit = Self.unit(parts + receivedParts)
        let (counts, places) = Self.numbers(parts, unit)
        let (receivedCounts, receivedPlaces) = Self.numbers(receivedParts, unit)
        watch.waiting {
            check(
                cmpi_exchange(
                    sent.baseAddress, counts, places, received.baseAddress, receivedCounts, receivedPlaces,
                    Int32(unit)))
        }
    }

    func gather(_ buffer: UnsafeMutableRawBufferPointer, parts: [Range<Int>]) {
        let unit = Self.unit(parts)
        let (counts, places) = Self.numbers(parts, unit)
        watch.waiting { check(cmpi_gather(buffer.baseAddress, counts, places, Int32(unit))) }
    }

    /// Returns the number of bytes in which MPI counts. It counts with 32 bits, which in units of 64 bytes is enough for 128
    /// GiB.
    private static func unit(_ parts: [Range<Int>]) -> Int {
        parts.allSatisfy { $0.lowerBound.isMultiple(of: 64) && $0.upperBound.isMultiple(of: 64) } ? 64 : 1
    }

    private static func numbers(_ parts: [Range<Int>], _ unit: Int) -> (counts: [Int32], places: [Int32]) {
        (parts.map { Int32($0.count / unit) }, parts.map { Int32($0.lowerBound / unit) })
    }

    /// Ends all processes if a call of MPI has failed.
    private func check(_ code: Int32) {
        guard code != 0 else { return }
        watch.say("MPI: \(Self.text(of: code))")
        cmpi_abort(ExitStatus.inputOutput.code)
        // The function above does not return.
        preconditionFailure("MPI: expected the end of this process")
    }

    private static func text(of code: Int32) -> String {
        String(validatingCString: cmpi_error_text(code)) ?? "error \(code)"
    }
}

/// The error that MPI cannot be used.
enum MPIError: ReportedError {
    /// The program was built without MPI.
    case missing
    /// MPI did not start, with its message.
    case failed(String)

    var description: String {
        switch self {
        case .missing:
            "this program was built without MPI. Install Open MPI or MPICH, then build it with: make mpi"
        case .failed(let message): "MPI did not start: \(message)"
        }
    }

    var exitStatus: ExitStatus { .unavailable }
}

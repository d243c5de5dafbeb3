/// The connection of processes that train one model together. Every process calls the same functions in the same order.
///
/// The processes have the same parameters and data. Each computes some shards of a batch, and the gradients are summed in the
/// order of the shards, so that any number of processes computes the same bytes. (`MPI_Allreduce` may sum in any order,
/// MPI 4.1, section 6.9.)
package protocol ShardExchange: AnyObject {
    /// The number of processes.
    var processCount: Int { get }
    /// The number of this process, from 0.
    var process: Int { get }

    /// Sends a part of `sent` to each process and receives one from each, as `MPI_Alltoallv`.
    ///
    /// - Parameters:
    ///   - parts: For each process, the range of bytes that it receives.
    ///   - receivedParts: For each process, the place of the bytes that it sends.
    func exchange(
        _ sent: UnsafeRawBufferPointer, parts: [Range<Int>], into received: UnsafeMutableRawBufferPointer,
        receivedParts: [Range<Int>])

    /// Sends this process's part of a buffer to all processes and receives theirs, as `MPI_Allgatherv` in place.
    ///
    /// - Parameter parts: For each process, the range of its bytes.
    func gather(_ buffer: UnsafeMutableRawBufferPointer, parts: [Range<Int>])
}

extension ShardExchange {
    /// Returns the share of each process in things in a row: consecutive, and of the same number up to one.
    func shares(of count: Int) -> [Range<Int>] {
        (0..<processCount).map { count * $0 / processCount..<count * ($0 + 1) / processCount }
    }
}

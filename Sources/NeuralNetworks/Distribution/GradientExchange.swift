import KernelInterface

/// Sums the gradients of all groups of shards over the processes that compute them. A process sums a slice of the parameters
/// over all groups, in the order of the groups, and sends the sum to all.
final class GradientExchange {
    private let connection: any ShardExchange
    private let kernels: any KernelSet
    /// The number of floats between two gradients.
    private let stride: Int
    /// The slice of the parameters that each process sums.
    private let slices: [Range<Int>]
    private var sent = FloatBuffer(count: 0)
    private var received = FloatBuffer(count: 0)

    /// - Parameter count: The number of parameters.
    init(_ connection: any ShardExchange, count: Int, kernels: any KernelSet) {
        self.connection = connection
        self.kernels = kernels
        stride = FloatBuffer.padded(count)
        // Kernels sum whole vectors.
        slices = connection.shares(of: stride / 16).map { $0.lowerBound * 16..<$0.upperBound * 16 }
    }

    /// Returns the groups that this process computes.
    func groups(of count: Int) -> Range<Int> { connection.shares(of: count)[connection.process] }

    /// Replaces the first gradient by the sum of the gradients of all groups.
    ///
    /// - Parameters:
    ///   - gradients: The gradients of this process's groups, in their order, and room for at least one.
    ///   - groupCount: The number of groups of all processes.
    func sum(_ gradients: UnsafeMutablePointer<Float>, groupCount: Int) {
        let shares = connection.shares(of: groupCount)
        let own = shares[connection.process]
        let slice = slices[connection.process]
        if sent.count < own.count * stride { sent = FloatBuffer(count: own.count * stride) }
        if received.count < groupCount * slice.count {
            received = FloatBuffer(count: groupCount * slice.count)
        }

        var sentParts: [Range<Int>] = []
        var place = 0
        for slice in slices {
            let first = place
            for group in 0..<own.count {
                (sent.base + place).update(
                    from: gradients + group * stride + slice.lowerBound, count: slice.count)
                place += slice.count
            }
            sentParts.append(Self.bytes(first..<place))
        }
        // Processes have consecutive groups, so what is received is in the order of the groups.
        connection.exchange(
            UnsafeRawBufferPointer(start: sent.base, count: Self.bytes(place)), parts: sentParts,
            into: UnsafeMutableRawBufferPointer(
                start: received.base, count: Self.bytes(groupCount * slice.count)),
            receivedParts: shares.map {
                Self.bytes($0.lowerBound * slice.count..<$0.upperBound * slice.count)
            })
        if !slice.isEmpty {
            _ = kernels.addUp(received.base, stride: slice.count, count: groupCount, range: 0..<slice.count)
            (gradients + slice.lowerBound).update(from: received.base, count: slice.count)
        }
        connection.gather(
            UnsafeMutableRawBufferPointer(start: gradients, count: Self.bytes(stride)),
            parts: slices.map { Self.bytes($0) })
    }

    private static func bytes(_ floats: Int) -> Int { floats * MemoryLayout<Float>.stride }

    private static func bytes(_ floats: Range<Int>) -> Range<Int> {
        bytes(floats.lowerBound)..<bytes(floats.upperBound)
    }
}

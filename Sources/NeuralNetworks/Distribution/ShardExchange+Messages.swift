extension ShardExchange {
    /// Sends a message to all processes and returns the message of each, in the order of the processes.
    package func gather(_ message: [UInt8]) -> [[UInt8]] {
        let size = MemoryLayout<Int>.stride
        var counts = [Int](repeating: message.count, count: processCount)
        counts.withUnsafeMutableBytes { counts in
            gather(counts, parts: (0..<processCount).map { $0 * size..<($0 + 1) * size })
        }
        var parts: [Range<Int>] = []
        var end = 0
        for count in counts {
            // Whole pieces of 64 bytes, so that a long message has few pieces.
            let places = (count + 63) & ~63
            parts.append(end..<end + places)
            end += places
        }
        var buffer = [UInt8](repeating: 0, count: end)
        buffer.replaceSubrange(
            parts[process].lowerBound..<parts[process].lowerBound + message.count, with: message)
        buffer.withUnsafeMutableBytes { gather($0, parts: parts) }
        return zip(parts, counts).map { part, count in
            Array(buffer[part.lowerBound..<part.lowerBound + count])
        }
    }

    /// Sends a message of the first process to all others.
    ///
    /// - Parameter message: The message; it is ignored in other processes.
    /// - Returns: The message of the first process.
    package func broadcast(_ message: [UInt8] = []) -> [UInt8] { gather(process == 0 ? message : [])[0] }
}

import Foundation

import NeuralNetworks

/// Processes of a distributed training as threads of this process. A call copies what the others sent once all have called.
package final class LocalExchange: ShardExchange {
    private final class Hall: @unchecked Sendable {
        let condition = NSCondition()
        var sent: [[UInt8]]
        var parts: [[Range<Int>]]
        var arrived = 0
        var round = 0

        init(_ count: Int) {
            sent = Array(repeating: [], count: count)
            parts = Array(repeating: [], count: count)
        }

        /// Waits until all processes have called.
        func wait() {
            condition.lock()
            defer { condition.unlock() }
            arrived += 1
            guard arrived < sent.count else {
                arrived = 0
                round += 1
                return condition.broadcast()
            }
            let now = round
            while round == now { condition.wait() }
        }

        /// Puts a process's bytes where all can read them, and calls `read` before they are replaced.
        func share(
            _ bytes: [UInt8], _ ranges: [Range<Int>], of process: Int,
            read: ([[UInt8]], [[Range<Int>]]) -> Void
        ) {
            condition.lock()
            (sent[process], parts[process]) = (bytes, ranges)
            condition.unlock()
            wait()
            read(sent, parts)
            wait()
        }
    }

    package let processCount: Int
    package let process: Int
    private let hall: Hall

    private init(_ process: Int, of count: Int, _ hall: Hall) {
        (self.process, processCount, self.hall) = (process, count, hall)
    }

    package func exchange(
        _ sent: UnsafeRawBufferPointer, parts: [Range<Int>], into received: UnsafeMutableRawBufferPointer,
        receivedParts: [Range<Int>]
    ) {
        hall.share(Array(sent), parts, of: process) { sent, parts in
            for sender in 0..<processCount {
                let bytes = sent[sender][parts[sender][process]]
                precondition(bytes.count == receivedParts[sender].count, "another number of bytes")
                UnsafeMutableRawBufferPointer(rebasing: received[receivedParts[sender]]).copyBytes(
                    from: bytes)
            }
        }
    }

    package func gather(_ buffer: UnsafeMutableRawBufferPointer, parts: [Range<Int>]) {
        hall.share(Array(buffer), parts, of: process) { sent, _ in
            for sender in 0..<processCount where sender != process {
                UnsafeMutableRawBufferPointer(rebasing: buffer[parts[sender]]).copyBytes(
                    from: sent[sender][parts[sender]])
            }
        }
    }

    /// Calls a function once for each process, on a thread of its own, and returns the results.
    package static func run<Result: Sendable>(
        _ count: Int, _ body: @escaping @Sendable (LocalExchange) -> Result
    ) -> [Result] {
        let hall = Hall(count)
        let results = Results<Result>(count)
        let threads = (0..<count).map { process in
            Thread {
                results.set(body(LocalExchange(process, of: count, hall)), process)
            }
        }
        for thread in threads { thread.start() }
        return results.wait()
    }

    private final class Results<Value>: @unchecked Sendable {
        private let condition = NSCondition()
        private var values: [Value?]

        init(_ count: Int) { values = Array(repeating: nil, count: count) }

        func set(_ value: Value, _ place: Int) {
            condition.lock()
            values[place] = value
            condition.broadcast()
            condition.unlock()
        }

        func wait() -> [Value] {
            condition.lock()
            defer { condition.unlock() }
            while values.contains(where: { $0 == nil }) { condition.wait() }
            return values.map { $0! }
        }
    }
}

import Platform

/// A view of immutable bytes in contiguous memory. It keeps the memory alive, and copying it copies no bytes.
package struct ByteView: RandomAccessCollection, Sendable {
    private let storage: ByteStorage
    private let range: Range<Int>

    init(_ storage: ByteStorage) {
        self.storage = storage
        range = 0..<storage.bytes.count
    }

    package var startIndex: Int { 0 }
    package var endIndex: Int { range.count }

    /// The byte at a position from 0. A position outside 0 ..< count traps.
    package subscript(position: Int) -> UInt8 {
        precondition(
            position >= 0 && position < range.count,
            "byte: expected 0 to \(range.count - 1), received \(position)")
        return storage.bytes[range.lowerBound + position]
    }

    /// Returns a view of `count` bytes from `start` on. Its positions start at 0.
    func view(from start: Int, count: Int) -> ByteView {
        ByteView(storage, range.lowerBound + start..<range.lowerBound + start + count)
    }

    private init(_ storage: ByteStorage, _ range: Range<Int>) {
        self.storage = storage
        self.range = range
    }

    /// The address of the bytes, for loops that read them directly. It is valid while this view, or the data set that
    /// contains it, is alive.
    package var baseAddress: UnsafePointer<UInt8> {
        UnsafePointer(storage.bytes.baseAddress!.assumingMemoryBound(to: UInt8.self) + range.lowerBound)
    }

    /// Calls `body` with the bytes. The buffer is valid only until `body` returns.
    ///
    /// - Throws: Errors that `body` throws.
    package func withUnsafeBufferPointer<Output>(
        _ body: (UnsafeBufferPointer<UInt8>) throws -> Output
    ) rethrows -> Output {
        try withExtendedLifetime(storage) {
            try body(UnsafeBufferPointer(start: baseAddress, count: range.count))
        }
    }

    package func withContiguousStorageIfAvailable<Output>(
        _ body: (UnsafeBufferPointer<UInt8>) throws -> Output
    ) rethrows -> Output? {
        try withUnsafeBufferPointer(body)
    }
}

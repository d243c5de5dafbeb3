/// Bytes in one piece of memory that never change: a view that keeps the memory alive, and stays as
/// cheap as a pointer to it.
public struct ByteView: RandomAccessCollection, Sendable {
    private let storage: ByteStorage
    private let range: Range<Int>

    init(_ storage: ByteStorage) {
        self.storage = storage
        range = 0..<storage.bytes.count
    }

    public var startIndex: Int { 0 }
    public var endIndex: Int { range.count }

    public subscript(position: Int) -> UInt8 {
        precondition(
            position >= 0 && position < range.count,
            "byte: expected 0 to \(range.count - 1), received \(position)")
        return storage.bytes[range.lowerBound + position]
    }

    /// The view of `count` bytes from `start` on, which has positions from 0 of its own.
    func view(from start: Int, count: Int) -> ByteView {
        ByteView(storage, range.lowerBound + start..<range.lowerBound + start + count)
    }

    private init(_ storage: ByteStorage, _ range: Range<Int>) {
        self.storage = storage
        self.range = range
    }

    /// Where the bytes are, for loops that read them directly. The address is good as long as this view,
    /// or the data set that it comes from, is kept alive.
    public var baseAddress: UnsafePointer<UInt8> {
        UnsafePointer(storage.bytes.baseAddress!.assumingMemoryBound(to: UInt8.self) + range.lowerBound)
    }

    public func withUnsafeBufferPointer<Output>(
        _ body: (UnsafeBufferPointer<UInt8>) throws -> Output
    ) rethrows -> Output {
        try withExtendedLifetime(storage) {
            try body(UnsafeBufferPointer(start: baseAddress, count: range.count))
        }
    }

    public func withContiguousStorageIfAvailable<Output>(
        _ body: (UnsafeBufferPointer<UInt8>) throws -> Output
    ) rethrows -> Output? {
        try withUnsafeBufferPointer(body)
    }
}

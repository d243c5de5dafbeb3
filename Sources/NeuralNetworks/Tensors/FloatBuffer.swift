import Platform

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Floats at a fixed address, aligned to a cache line, initially zero, padded to a whole vector of 16 at the end.
///
/// Access is not synchronised: a buffer's owner decides who may write to it, and when.
public final class FloatBuffer: @unchecked Sendable {  // a plain piece of memory; its owners synchronise
    /// The number of floats, without padding.
    public let count: Int
    /// The address of the first float; valid while the buffer is alive.
    package let base: UnsafeMutablePointer<Float>

    /// Creates a buffer of `count` zeros. A negative count traps.
    public convenience init(count: Int) {
        self.init(uninitializedCount: count)
        base.initialize(repeating: 0, count: max(Self.padded(count), 16))
    }

    /// Creates a buffer of `count` undefined floats, which the owner writes before it reads them.
    init(uninitializedCount count: Int) {
        precondition(count >= 0, "a buffer of \(count) floats")
        self.count = count
        let padded = max(Self.padded(count), 16)
        let memory = UnsafeMutableRawPointer.allocate(
            byteCount: padded * MemoryLayout<Float>.stride, alignment: 64)
        base = memory.bindMemory(to: Float.self, capacity: padded)
    }

    deinit { UnsafeMutableRawPointer(base).deallocate() }

    /// Returns `count` rounded up to a multiple of sixteen floats, the size of a vector.
    package static func padded(_ count: Int) -> Int { (count + 15) / 16 * 16 }

    /// A copy of all floats as an array.
    public var elements: [Float] {
        withExtendedLifetime(self) { Array(UnsafeBufferPointer(start: base, count: count)) }
    }

    /// Whether no float is infinite or NaN.
    package var isFinite: Bool {
        withExtendedLifetime(self) {
            UnsafeBufferPointer(start: base, count: count).allSatisfy { $0.isFinite }
        }
    }

    /// Copies `values` into the buffer. A count other than the buffer's traps.
    public func assign(_ values: [Float]) {
        precondition(values.count == count, "assign: expected \(count) floats, received \(values.count)")
        values.withUnsafeBufferPointer { base.update(from: $0.baseAddress!, count: count) }
    }

    /// Returns a new buffer with the same floats.
    package func copy() -> FloatBuffer {
        let other = FloatBuffer(count: count)
        other.base.update(from: base, count: count)
        return other
    }
}

/// Divides one allocation into pieces, each beginning on its own cache line.
struct Arena {
    private(set) var used = 0
    private let base: UnsafeMutablePointer<Float>?

    private init(_ buffer: FloatBuffer?) { base = buffer?.base }

    /// Allocates the memory for the pieces that `divide` takes from an arena, and returns it with the result of
    /// `divide`. `divide` runs twice: first to count, then to take pieces.
    static func divided<Parts>(_ divide: (inout Arena) -> Parts) -> (memory: FloatBuffer, parts: Parts) {
        var counting = Arena(nil)
        _ = divide(&counting)
        let memory = FloatBuffer(count: counting.used)
        var arena = Arena(memory)
        return (memory, divide(&arena))
    }

    /// Returns the address of the next piece of `count` floats; a dangling address while counting.
    mutating func take(_ count: Int) -> UnsafeMutablePointer<Float> {
        defer { used += FloatBuffer.padded(count) }
        guard let base else { return UnsafeMutablePointer(bitPattern: 64)! }
        return base + used
    }
}

extension UnsafeMutablePointer<Float> {
    /// Sets `count` floats to zero. (In a debug build `update(repeating:count:)` would set them one by one.)
    func clear(count: Int) { memset(self, 0, count * MemoryLayout<Float>.stride) }
}

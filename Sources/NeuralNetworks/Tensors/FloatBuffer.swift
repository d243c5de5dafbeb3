#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Floats at a fixed address, aligned to a cache line, zero at first, with room up to a whole vector at
/// the end. Whoever owns a buffer says who may write to it when.
public final class FloatBuffer: @unchecked Sendable {  // a plain piece of memory; its owners synchronise
    public let count: Int
    public let base: UnsafeMutablePointer<Float>

    public init(count: Int) {
        precondition(count >= 0, "a buffer of \(count) floats")
        self.count = count
        let padded = Self.padded(count)
        let memory = UnsafeMutableRawPointer.allocate(
            byteCount: max(padded, 16) * MemoryLayout<Float>.stride, alignment: 64)
        base = memory.bindMemory(to: Float.self, capacity: max(padded, 16))
        base.initialize(repeating: 0, count: max(padded, 16))
    }

    deinit { UnsafeMutableRawPointer(base).deallocate() }

    /// The next multiple of a vector's sixteen floats.
    package static func padded(_ count: Int) -> Int { (count + 15) / 16 * 16 }

    /// A copy of all numbers.
    public var elements: [Float] {
        withExtendedLifetime(self) { Array(UnsafeBufferPointer(start: base, count: count)) }
    }

    /// Whether none is infinite or NaN.
    package var isFinite: Bool {
        withExtendedLifetime(self) {
            UnsafeBufferPointer(start: base, count: count).allSatisfy { $0.isFinite }
        }
    }

    /// Copies as many numbers as the buffer has from `values`.
    public func assign(_ values: [Float]) {
        precondition(values.count == count, "assign: expected \(count) floats, received \(values.count)")
        values.withUnsafeBufferPointer { base.update(from: $0.baseAddress!, count: count) }
    }

    package func copy() -> FloatBuffer {
        let other = FloatBuffer(count: count)
        other.base.update(from: base, count: count)
        return other
    }
}

/// Hands out pieces of one allocation, each on a cache line of its own.
struct Arena {
    private(set) var used = 0
    private let base: UnsafeMutablePointer<Float>?

    private init(_ buffer: FloatBuffer?) { base = buffer?.base }

    /// What `divide` makes of memory of just the size it takes. It runs twice: first to count, then to hand out.
    static func divided<Parts>(_ divide: (inout Arena) -> Parts) -> (memory: FloatBuffer, parts: Parts) {
        var counting = Arena(nil)
        _ = divide(&counting)
        let memory = FloatBuffer(count: counting.used)
        var arena = Arena(memory)
        return (memory, divide(&arena))
    }

    /// Where a piece of `count` floats lies; a dangling address while counting.
    mutating func take(_ count: Int) -> UnsafeMutablePointer<Float> {
        defer { used += FloatBuffer.padded(count) }
        guard let base else { return UnsafeMutablePointer(bitPattern: 64)! }
        return base + used
    }
}

extension UnsafeMutablePointer<Float> {
    /// Sets `count` floats to zero. (`update(repeating:count:)` does so one by one in a debug build.)
    func clear(count: Int) { memset(self, 0, count * MemoryLayout<Float>.stride) }
}

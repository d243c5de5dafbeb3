#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Memory that is filled once and then shared: aligned for every element type, freed with its last
/// reference, at the same address for its whole lifetime.
///
/// `@unchecked Sendable`: the code that allocates it fills it before sharing it; afterwards it is only read.
final class ByteStorage: @unchecked Sendable {
    let bytes: UnsafeMutableRawBufferPointer

    /// Creates the memory; nil if the system has not enough, because a size read from a file must not end the process.
    init?(byteCount: Int) {
        guard let base = malloc(max(byteCount, 1)) else { return nil }
        bytes = UnsafeMutableRawBufferPointer(start: base, count: byteCount)
    }

    convenience init(copying source: [UInt8]) {
        self.init(byteCount: source.count)!
        bytes.copyBytes(from: source)
    }

    deinit { free(bytes.baseAddress) }

    /// Returns the whole memory as elements of one type.
    func elements<Element: BitwiseCopyable>(of _: Element.Type) -> UnsafeBufferPointer<Element> {
        UnsafeBufferPointer(bytes.assumingMemoryBound(to: Element.self))
    }
}

import Randomness

/// Returns bytes that look random and do not compress, the same every time.
package func noise(_ count: Int, seed: UInt64 = 1) -> [UInt8] {
    var generator = SplitMix64(seed)
    return (0..<count).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
}

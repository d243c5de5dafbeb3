/// The only source of random numbers in this package: SplitMix64 (Steele, Lea and Flood, "Fast splittable
/// pseudorandom number generators", 2014). Its state has 64 bits, and the seed determines the whole sequence, on
/// every platform.
///
/// Independent sequences have different keys: `SplitMix64(seed, stream…)` mixes any number of integers (purpose,
/// epoch, sample) into the initial state, so that the numbers of one sequence do not depend on how many another one
/// has drawn.
@usableFromInline package struct SplitMix64: RandomNumberGenerator, Sendable, Hashable {
    @usableFromInline package private(set) var state: UInt64

    @usableFromInline package init(_ seed: UInt64, _ streams: UInt64...) {
        state = seed
        for stream in streams {
            state = next() ^ (stream &* 0x9E37_79B9_7F4A_7C15)
        }
    }

    @usableFromInline package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// Returns the next number in [0, 1): a multiple of 2⁻²⁴, exact in `Float`.
    @usableFromInline package mutating func nextUnit() -> Float {
        Float(next() >> 40) * 0x1p-24
    }

    /// Returns the next number in [-bound, bound).
    @usableFromInline package mutating func nextSymmetric(bound: Float) -> Float {
        (2 * nextUnit() - 1) * bound
    }

    /// Returns the next index in [0, bound), by Lemire's multiplication; the bias is below `bound`/2⁶⁴.
    @usableFromInline package mutating func nextIndex(below bound: Int) -> Int {
        Int(next().multipliedFullWidth(by: UInt64(bound)).high)
    }
}

/// The purpose of a random sequence, which is the first part of its key.
@usableFromInline package enum RandomPurpose: UInt64, Sendable {
    case initialization = 1
    case shuffling = 2
    case dropout = 3
    case validation = 4
    case augmentation = 5
    case text = 6
}

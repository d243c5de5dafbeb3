import Randomness

/// Random arguments of functions.
struct ElementaryArguments {
    private var random: SplitMix64

    init(seed: UInt64) { random = SplitMix64(seed) }

    /// Returns a number in [0, 1), a multiple of 2⁻⁵³.
    mutating func unit() -> Double { Double(random.next() >> 11) * 0x1p-53 }

    mutating func number(in range: ClosedRange<Double>) -> Double {
        range.lowerBound + unit() * (range.upperBound - range.lowerBound)
    }

    /// Returns a finite number other than 0, of any size.
    mutating func number() -> Double {
        while true {
            let number = Double(bitPattern: random.next())
            if number.isFinite, number != 0 { return number }
        }
    }

    /// Returns a number with a magnitude from 2ᵃ to 2ᵇ, on a logarithmic scale.
    mutating func magnitude(_ exponents: ClosedRange<Int>) -> Double {
        let exponent = exponents.lowerBound + random.nextIndex(below: exponents.count - 1)
        return Double(sign: .plus, exponent: exponent, significand: 1 + unit())
    }

    mutating func sign() -> Double { random.next() % 2 == 0 ? 1 : -1 }
}

/// Numbers of the standard normal distribution N(0, 1), from a seed: the same bits on every platform.
///
/// Marsaglia's polar method ("A convenient method for generating normal variables", 1964) takes points of the unit disc
/// and needs a square root, which is exact everywhere, and a logarithm, which is not: the C library's differ in the last
/// bit. So the logarithm is computed here, from additions, products and quotients alone.
package struct StandardNormal: Sendable {
    private var generator: SplitMix64
    /// The second number of the last point.
    private var spare: Float?

    package init(_ generator: SplitMix64) { self.generator = generator }

    /// Returns the next number.
    package mutating func next() -> Float {
        if let number = spare {
            spare = nil
            return number
        }
        while true {
            let (x, y) = (nextSymmetric(), nextSymmetric())
            let square = x * x + y * y
            guard square > 0, square < 1 else { continue }
            let factor = (-2 * Self.logarithm(square) / square).squareRoot()
            spare = Float(y * factor)
            return Float(x * factor)
        }
    }

    /// Returns the next number in [-1, 1): a multiple of 2⁻⁵².
    private mutating func nextSymmetric() -> Double { Double(generator.next() >> 11) * 0x1p-52 - 1 }

    /// Returns the natural logarithm of a positive number: of x = m · 2ⁿ with m in [√½, √2), it is
    /// n ln 2 + 2 (f + f³/3 + f⁵/5 + …) with f = (m - 1) / (m + 1), at most 0.172. Terms after f²¹/21 are below 2⁻⁶².
    package static func logarithm(_ x: Double) -> Double {
        var (significand, exponent) = (x.significand, Double(x.exponent))
        if significand >= 2.0.squareRoot() { (significand, exponent) = (significand / 2, exponent + 1) }
        let f = (significand - 1) / (significand + 1)
        var series = 0.0
        for term in stride(from: 21, through: 1, by: -2) { series = series * f * f + 1 / Double(term) }
        return exponent * 0.693_147_180_559_945_3 + 2 * f * series
    }
}

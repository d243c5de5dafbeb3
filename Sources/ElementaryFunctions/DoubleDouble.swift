/// A number as an unevaluated sum of two doubles, high + low, with 106 binary digits or more.
///
/// Operations are additions, multiplications and divisions of doubles only, which IEEE 754 defines to the last bit
/// (Dekker, "A floating-point technique for extending the available precision", Numerische Mathematik 18, 1971; Muller
/// et al., "Handbook of Floating-Point Arithmetic", 2018, chapters 4 and 14).
struct DoubleDouble {
    var high: Double
    var low: Double

    @inline(__always)
    init(_ high: Double, _ low: Double = 0) {
        self.high = high
        self.low = low
    }

    /// Creates the sum of two doubles, exactly (Knuth's 2Sum).
    @inline(__always)
    init(sum a: Double, _ b: Double) {
        high = a + b
        let second = high - a
        low = (a - (high - second)) + (b - second)
    }

    /// Creates the sum of two doubles, exactly, the first of which is not the smaller one in magnitude (Dekker's
    /// Fast2Sum).
    @inline(__always)
    init(sumOfGreater a: Double, _ b: Double) {
        high = a + b
        low = b - (high - a)
    }

    /// Creates the product of two doubles, exactly (Dekker's product), if magnitudes are below 2⁹⁹⁰ and the product is
    /// 0 or above 2⁻⁹⁶⁰.
    @inline(__always)
    init(product a: Double, _ b: Double) {
        high = a * b
        let (left, right) = (Self.halves(a), Self.halves(b))
        low =
            ((left.high * right.high - high) + left.high * right.low + left.low * right.high)
            + left.low * right.low
    }

    /// Returns the upper and the lower half of the digits (Veltkamp's splitting).
    @inline(__always)
    private static func halves(_ value: Double) -> (high: Double, low: Double) {
        let shifted = 134_217_729 * value
        let high = shifted - (shifted - value)
        return (high, value - high)
    }
}

extension DoubleDouble {
    @inline(__always)
    static prefix func - (value: Self) -> Self { Self(-value.high, -value.low) }

    /// Returns the sum, with a relative error below 2⁻¹⁰² if both have the same sign, and otherwise one below 2⁻¹⁰² of
    /// the greater one.
    @inline(__always)
    static func + (left: Self, right: Self) -> Self {
        let sum = Self(sum: left.high, right.high)
        let low = Self(sum: left.low, right.low)
        let first = Self(sumOfGreater: sum.high, sum.low + low.high)
        return Self(sumOfGreater: first.high, first.low + low.low)
    }

    /// Returns the product, with a relative error below 2⁻¹⁰².
    @inline(__always)
    static func * (left: Self, right: Self) -> Self {
        let product = Self(product: left.high, right.high)
        return Self(
            sumOfGreater: product.high, product.low + (left.high * right.low + left.low * right.high))
    }

    /// Returns the quotient, with a relative error below 2⁻⁹⁸.
    @inline(__always)
    static func / (left: Self, right: Self) -> Self {
        let quotient = left.high / right.high
        let product = Self(product: quotient, right.high)
        let rest = (left.high - product.high) - product.low + (left.low - quotient * right.low)
        return Self(sumOfGreater: quotient, rest / right.high)
    }

    /// The two doubles next to a number with more digits.
    init(_ value: FixedPoint) {
        high = value.rounded
        low = (value - FixedPoint(high, places: value.places)).rounded
    }
}

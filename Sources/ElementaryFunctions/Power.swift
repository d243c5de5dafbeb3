extension Elementary {
    /// Returns xʸ: 1 if y is 0 or x is 1, also if the other is not a number; not a number for a negative x unless y is
    /// an integer.
    package static func pow(_ x: Double, _ y: Double) -> Double {
        if y == 0 || x == 1 { return 1 }
        guard !x.isNaN, !y.isNaN else { return .nan }
        let parity = Parity(y)
        let isNegative = x.sign == .minus && parity == .odd
        guard x.isFinite, y.isFinite, x != 0 else {
            let magnitude = powerOfSpecial(x.magnitude, y)
            return isNegative ? -magnitude : magnitude
        }
        guard x > 0 || parity != .fraction else { return .nan }
        let magnitude = x.magnitude == 1 ? 1 : power(x.magnitude, y)
        return isNegative ? -magnitude : magnitude
    }

    private enum Parity {
        case odd, even, fraction

        /// Infinity is even, as a limit of the large doubles, which are.
        init(_ value: Double) {
            guard value.isFinite else {
                self = .even
                return
            }
            let exponent = BinaryFraction(value).exponent
            self = exponent == 0 ? .odd : exponent > 0 ? .even : .fraction
        }
    }

    /// - Parameter x: 0, infinity, or any positive number if y is infinite.
    private static func powerOfSpecial(_ x: Double, _ y: Double) -> Double {
        if x == 1 { return 1 }
        return (x > 1) == (y > 0) ? .infinity : 0
    }

    /// - Parameter x: Greater than 0, not 1.
    private static func power(_ x: Double, _ y: Double) -> Double {
        // Subnormal numbers as normal ones times a power of two.
        let scaled = x.isNormal ? x : x * 0x1p54
        var (logarithm, error) = QuickLogarithm.of(DoubleDouble(scaled))
        if !x.isNormal {
            logarithm = logarithm + DoubleDouble(-54) * ln2
            error += 0x1p-90
        }
        let estimate = logarithm.high * y
        guard estimate < 710 else { return .infinity }
        guard estimate > -746 else { return 0 }
        // The true power is 1 + estimate, and half of 1's last digit is 2⁻⁵⁴ or more.
        guard estimate.magnitude > 0x1p-55 else { return 1 }
        // Products of tiny or huge factors are not exact as sums of two doubles.
        if estimate.magnitude < 707, y.magnitude < 0x1p64, y.magnitude > 0x1p-64 {
            let exponent = logarithm * DoubleDouble(y)
            let (power, scale) = QuickExponential.of(exponent)
            let relativeError =
                y.magnitude * error + exponent.high.magnitude * 0x1p-100 + QuickExponential.relativeError
            if let result = power.nearest(error: power.high * 1.01 * relativeError) {
                return result * Double(powerOfTwo: scale)
            }
        }
        return ExactPower.of(x, y) ?? widePower(x, y)
    }

    private static let ln2 = DoubleDouble(WideSeries(places: 192).ln2)

    private static func widePower(_ x: Double, _ y: Double) -> Double {
        let (base, power) = (BinaryFraction(x), BinaryFraction(y))
        return Rounding.nearest { series in
            // |y| is below 746 / |log x| < 2⁶⁴, so that 64 places more leave the product with the error of the series.
            let logarithm = WideSeries(places: series.places + 64).logarithm(
                WideInteger(base.integer), exponent: base.exponent)
            let exponent = FixedPoint(
                places: series.places, isNegative: logarithm.isNegative != (y < 0),
                logarithm.magnitude * WideInteger(power.integer), exponent: power.exponent - logarithm.places)
            return series.exponential(exponent)
        }
    }
}

/// Powers with a binary fraction that ends, among them those half way between two doubles.
enum ExactPower {
    /// Returns xʸ, rounded, if it is a number with at most 54 digits times a power of two; nil if it is not.
    ///
    /// With x = m · 2ᵉ, m odd, and y = p / 2ᵏ, p odd if k > 0, the power is an integer times a power of two only if x
    /// is the 2ᵏ-th power of such a number. A further power pᵗʰ has at most 54 digits if it is below 2⁵⁴, or if m is
    /// 1.
    ///
    /// - Parameters:
    ///   - x: Greater than 0.
    ///   - y: A finite number other than 0; xʸ is between 2⁻¹⁰⁷⁷ and 2¹⁰²⁵.
    static func of(_ x: Double, _ y: Double) -> Double? {
        var (base, power) = (BinaryFraction(x), BinaryFraction(y))
        for _ in 0..<max(-power.exponent, 0) {
            guard let root = base.exactSquareRoot else { return nil }
            base = root
        }
        // A base that is a power of two has an exponent y below 1078, and the 2ᵏ-th root exists for k up to 10.
        guard power.integer < 1 << 40, power.exponent < 11 else { return nil }
        let integer = Int(power.integer) << max(power.exponent, 0)
        let signed = y < 0 ? -integer : integer
        if base.integer == 1 {
            return WideInteger(1).nearestDouble(exponent: base.exponent * signed)
        }
        // 3³⁴ < 2⁵⁴ < 3³⁵.
        guard (1...34).contains(signed) else { return nil }
        var product: UInt64 = 1
        for _ in 0..<signed {
            let (next, overflow) = product.multipliedReportingOverflow(by: base.integer)
            guard !overflow, next < 1 << 54 else { return nil }
            product = next
        }
        return WideInteger(product).nearestDouble(exponent: base.exponent * signed)
    }
}

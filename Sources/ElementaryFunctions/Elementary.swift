/// The elementary functions, correctly rounded: every result is the double nearest to the true value, on every
/// processor and with every C library.
///
/// A C library's `exp` or `pow` may differ in the last digit from another's. These functions are made of operations
/// that IEEE 754 defines to the last bit: addition, multiplication, division. A result is first computed with some 65
/// binary digits, and, in about one of 10,000 cases, where these do not decide the rounding, with 192 or more.
///
/// Not-a-numbers, infinities, zeros and subnormal numbers are as in annex F of the C standard (ISO/IEC 9899).
package enum Elementary {
    /// Returns eˣ.
    package static func exp(_ x: Double) -> Double {
        if x.magnitude < 708 {
            let (power, exponent) = QuickExponential.of(DoubleDouble(x))
            if let result = power.nearest(error: power.high * QuickExponential.relativeError) {
                return result * Double(powerOfTwo: exponent)
            }
        }
        return wideExp(x)
    }

    /// Returns the natural logarithm: -∞ for 0, not a number for negative numbers.
    package static func log(_ x: Double) -> Double {
        guard x > 0, x < .infinity, x != 1 else { return logarithmOfSpecial(x) }
        if x.isNormal {
            let (value, error) = QuickLogarithm.of(DoubleDouble(x))
            if let result = value.nearest(error: error) { return result }
        }
        return wideLog(x)
    }

    /// Returns log(1 + x), also of numbers next to 0.
    package static func log1p(_ x: Double) -> Double {
        guard x > -1, x < .infinity else { return x == -1 ? -.infinity : x == .infinity ? x : .nan }
        // The next term of the series, x²/2, is less than half of the last digit.
        guard x.magnitude > 0x1p-54 else { return x }
        if x < 0x1p1000 {
            let (value, error) = QuickLogarithm.of(DoubleDouble(sum: 1, x))
            if let result = value.nearest(error: error) { return result }
        }
        return wideLog1p(x)
    }

    /// Returns the logarithm to base 10, exactly for powers of 10.
    package static func log10(_ x: Double) -> Double {
        guard x > 0, x < .infinity, x != 1 else { return logarithmOfSpecial(x) }
        if x.isNormal {
            let (value, error) = QuickLogarithm.of(DoubleDouble(x))
            // 1 / ln 10.
            let quotient = value * DoubleDouble(0x1.bcb7b1526e50ep-2, 0x1.95355baaafad3p-57)
            if let result = quotient.nearest(error: error + quotient.high.magnitude * 0x1p-98) {
                return result
            }
        }
        return wideLog10(x)
    }

    /// Returns tanh(x), between -1 and 1.
    package static func tanh(_ x: Double) -> Double {
        let magnitude = x.magnitude
        // The next term of the series, x³/3, is less than half of the last digit.
        guard magnitude > 0x1p-27 else { return x }
        // 1 - tanh(x) is less than half of the last digit.
        guard magnitude < 20 else { return x < 0 ? -1 : 1 }
        let result = QuickTanh.of(magnitude) ?? wideTanh(magnitude)
        return x < 0 ? -result : result
    }

    /// Returns the sine of an angle in radians: not a number for an infinite one.
    package static func sin(_ x: Double) -> Double {
        guard x.isFinite else { return .nan }
        // The next term of the series, x³/6, is less than half of the last digit.
        guard x.magnitude > 0x1p-27 else { return x }
        if x.magnitude <= QuickTrigonometry.greatestAngle {
            let sine = QuickTrigonometry.sineAndCosine(x).sine
            if let result = sine.nearest(error: QuickTrigonometry.error(of: sine, at: x)) { return result }
        }
        return wideSin(x)
    }

    /// Returns the cosine of an angle in radians: not a number for an infinite one.
    package static func cos(_ x: Double) -> Double {
        guard x.isFinite else { return .nan }
        if x.magnitude <= QuickTrigonometry.greatestAngle {
            let cosine = QuickTrigonometry.sineAndCosine(x).cosine
            if let result = cosine.nearest(error: QuickTrigonometry.error(of: cosine, at: x)) {
                return result
            }
        }
        return wideCos(x)
    }

    /// Returns the arctangent, between -π/2 and π/2.
    package static func atan(_ x: Double) -> Double {
        // The next term of the series, x³/3, is less than half of the last digit.
        guard x.magnitude > 0x1p-27 else { return x }
        let result = QuickArctangent.of(x.magnitude) ?? wideAtan(x.magnitude)
        return x < 0 ? -result : result
    }

    /// Returns the logarithm where it is not finite, and of 1.
    private static func logarithmOfSpecial(_ x: Double) -> Double {
        x == 0 ? -.infinity : x == 1 ? 0 : x == .infinity ? x : .nan
    }
}

/// The results that the quick functions leave open: with as many digits as they need.
extension Elementary {
    private static func wideExp(_ x: Double) -> Double {
        guard !x.isNaN else { return x }
        guard x < 710 else { return .infinity }
        guard x > -746 else { return 0 }
        guard x.magnitude > 0x1p-54 else { return 1 }
        return Rounding.nearest { $0.exponential(FixedPoint(x, places: $0.places)) }
    }

    private static func wideLog(_ x: Double) -> Double { Rounding.nearest { ($0.logarithm(x), 0) } }

    private static func wideLog10(_ x: Double) -> Double {
        Rounding.nearest { ($0.logarithm(x) / $0.ln10, 0) }
    }

    private static func wideLog1p(_ x: Double) -> Double {
        // Exactly, because x is above 2⁻⁵⁴, so its last digit is 2⁻¹⁰⁷ or more.
        let sum = FixedPoint(1, places: 107) + FixedPoint(x, places: 107)
        return Rounding.nearest { ($0.logarithm(sum.magnitude, exponent: -107), 0) }
    }

    private static func wideTanh(_ x: Double) -> Double {
        Rounding.nearest { series in
            let (power, exponent) = series.exponential(FixedPoint(-2 * x, places: series.places))
            let (one, u) = (FixedPoint(1, places: series.places), power.scaled(by: exponent))
            return ((one - u) / (one + u), 0)
        }
    }

    private static func wideSin(_ x: Double) -> Double {
        let sine = Rounding.nearest { ($0.sineAndCosine(x.magnitude).sine, 0) }
        return x < 0 ? -sine : sine
    }

    private static func wideCos(_ x: Double) -> Double {
        Rounding.nearest { ($0.sineAndCosine(x.magnitude).cosine, 0) }
    }

    /// - Parameter x: Greater than 0.
    private static func wideAtan(_ x: Double) -> Double {
        guard x < 0x1p64 else { return .pi / 2 }
        return Rounding.nearest { series in
            let (one, x) = (FixedPoint(1, places: series.places), FixedPoint(x, places: series.places))
            return (x < one ? series.arctangent(x) : series.halfPi - series.arctangent(one / x), 0)
        }
    }
}

extension WideSeries {
    func logarithm(_ x: Double) -> FixedPoint {
        let binary = BinaryFraction(x)
        return logarithm(WideInteger(binary.integer), exponent: binary.exponent)
    }

    func sineAndCosine(_ x: Double) -> (sine: FixedPoint, cosine: FixedPoint) {
        let binary = BinaryFraction(x)
        return sineAndCosine(WideInteger(binary.integer), exponent: binary.exponent)
    }
}

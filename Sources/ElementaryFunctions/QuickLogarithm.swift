/// The natural logarithm to 64 binary digits or more, by a table (Tang, "Table-driven implementation of the logarithm
/// function in IEEE floating-point arithmetic", ACM Transactions on Mathematical Software 16, 1990).
///
/// With x = 2ⁿ · m, m in [0.71, 1.42), the integer j nearest to 128 m, and c next to 128/j, so that r = c m - 1 is a
/// magnitude below 2⁻⁷·⁴,
///
///     log x = n ln 2 - log c + r - r²/2 + s,   s = r³/3 - r⁴/4 + … + r⁹/9
///
/// Only s, which is below 2⁻²³, is computed in doubles alone. Next to 1, n and log c are 0 and nothing cancels.
enum QuickLogarithm {
    /// Returns the logarithm and a bound for its error.
    ///
    /// The errors are five roundings of 2⁻⁵³ |s| in s, four of the same size in the sums of the lower part, and
    /// r¹⁰/10 < 2⁻⁷⁷, which the series leaves out: together they are below 2⁻⁷³. Next to 1, where |r| is at most 2⁻⁸,
    /// they are below 2⁻⁵¹ |r|³. The bounds have another bit for the rounding of the lower part in
    /// ``DoubleDouble/nearest(error:)``.
    ///
    /// - Parameter x: A positive normal number.
    @inline(__always)
    static func of(_ x: DoubleDouble) -> (value: DoubleDouble, error: Double) {
        var n = Int(x.high.bitPattern >> 52) - 1023
        var m = Double(bitPattern: x.high.bitPattern & (1 << 52 - 1) | 1023 << 52)
        if m >= 181.0 / 128 {
            m *= 0.5
            n += 1
        }
        let j = Int(m * 128 + 0.5)
        let entry = table[j - lowest]
        // c has 12 digits and the upper part of m 32, so both products and the difference are exact.
        let upper = Double(bitPattern: m.bitPattern & ~(1 << 21 - 1))
        var r = DoubleDouble(sum: upper * entry.c - 1, (m - upper) * entry.c)
        if x.low != 0 { r = DoubleDouble(sum: r.high, r.low + x.low * Double(powerOfTwo: -n) * entry.c) }

        let square = DoubleDouble(product: r.high, r.high)
        var p = -1.0 / 8 + r.high * (1.0 / 9)
        p = 1.0 / 7 + r.high * p
        p = -1.0 / 6 + r.high * p
        p = 1.0 / 5 + r.high * p
        p = -1.0 / 4 + r.high * p
        p = 1.0 / 3 + r.high * p
        let s = r.high * square.high * p

        // ln 2 in two parts. The first has 42 digits, so the product is exact.
        let first = DoubleDouble(sum: Double(n) * 0x1.62e42fefa38p-1, entry.logarithm.high)
        let second = DoubleDouble(sum: first.high, r.high)
        let third = DoubleDouble(sum: second.high, -0.5 * square.high)
        let small = Double(n) * 0x1.ef35793c7673p-45 + entry.logarithm.low
        let low =
            (first.low + second.low + third.low)
            + (r.low - r.high * r.low - 0.5 * square.low + (s + small))
        let magnitude = r.high.magnitude
        let error =
            first.high == 0 ? magnitude * (magnitude * magnitude * 0x1p-50 + 0x1p-98) : 0x1p-72
        return (DoubleDouble(sumOfGreater: third.high, low), error)
    }

    /// The least and the greatest j.
    private static let (lowest, highest) = (90, 181)

    /// For every j, c with 12 digits, and -log c.
    private static let table: [(c: Double, logarithm: DoubleDouble)] = (lowest...highest).map { j in
        let integer = (128 * 2048 + j / 2) / j
        guard integer != 2048 else { return (1, DoubleDouble(0)) }
        let logarithm = WideSeries(places: 192).logarithm(WideInteger(UInt64(integer)), exponent: -11)
        return (Double(integer) / 2048, DoubleDouble(-logarithm))
    }
}

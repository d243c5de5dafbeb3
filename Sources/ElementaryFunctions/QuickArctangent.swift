/// The arctangent to 70 binary digits or more, by a table.
///
/// With the integer j nearest to 64 x, for x up to 1, and r = (x - j/64) / (1 + x j/64), a magnitude up to 2⁻⁷,
///
///     arctan x = arctan j/64 + r - r³/3 + r⁵/5 - … + r⁹/9
///
/// and arctan x = π/2 - arctan 1/x beyond. The terms after r, below 2⁻²², are computed in doubles alone.
enum QuickArctangent {
    /// Returns the double nearest to the arctangent, if it is certain.
    ///
    /// The terms after r have six roundings of 2⁻⁵³ |r|³/3 and leave out r¹¹/11 < 2⁻⁸⁰; for x below 1/128 the error is
    /// relative to x.
    ///
    /// - Parameter x: Greater than 2⁻²⁷.
    static func of(_ x: Double) -> Double? {
        guard x < 0x1p60 else { return nil }
        guard x > 1 else {
            let (value, error) = value(DoubleDouble(x))
            return value.nearest(error: error)
        }
        let (value, error) = value(DoubleDouble(1) / DoubleDouble(x))
        return (halfPi + -value).nearest(error: error + 0x1p-96)
    }

    private static func value(_ x: DoubleDouble) -> (DoubleDouble, error: Double) {
        let j = Int(x.high * 64 + 0.5)
        let center = DoubleDouble(Double(j) / 64)
        let r = j == 0 ? x : (x + -center) / (DoubleDouble(1) + x * center)
        let square = r.high * r.high
        var p = 1.0 / 9 * square - 1.0 / 7
        p = 1.0 / 5 + square * p
        p = -1.0 / 3 + square * p
        let rest = r.high * square * p
        let error = r.high.magnitude * (square * 0x1p-51 + 0x1p-94) + table[j].high * 0x1p-98
        return (table[j] + (r + DoubleDouble(rest)), error)
    }

    private static let halfPi = DoubleDouble(WideSeries(places: 192).halfPi)

    /// arctan j/64 for j = 0, 1, … 64.
    private static let table: [DoubleDouble] = (0...64).map { j in
        DoubleDouble(WideSeries(places: 192).arctangent(FixedPoint(j, places: 192) / 64))
    }
}

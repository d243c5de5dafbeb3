/// The hyperbolic tangent, where 60 to 67 binary digits decide its rounding.
enum QuickTanh {
    /// - Parameter x: From 2⁻²⁷ to 20.
    @inline(__always)
    static func of(_ x: Double) -> Double? { x < 0x1p-6 ? ofSmall(x) : ofLarge(x) }

    /// x - x³/3 + 2 x⁵/15 - … - 1382 x¹¹/155925. The terms after x have seven roundings of 2⁻⁵³ · x³/3, and leave out
    /// x¹³/278 < 2⁻⁶⁸ x³.
    private static func ofSmall(_ x: Double) -> Double? {
        let square = x * x
        var p = 62.0 / 2835 - square * (1382.0 / 155_925)
        p = -17.0 / 315 + square * p
        p = 2.0 / 15 + square * p
        p = -1.0 / 3 + square * p
        let cube = x * square
        return DoubleDouble(x, cube * p).nearest(error: cube * 0x1p-51)
    }

    /// (1 - u) / (1 + u) with u = e⁻²ˣ. A relative error δ of u changes the quotient by less than δ/2; the division
    /// adds less than 2⁻⁹⁷.
    private static func ofLarge(_ x: Double) -> Double? {
        let (power, exponent) = QuickExponential.of(DoubleDouble(-2 * x))
        let scale = Double(powerOfTwo: exponent)
        let u = DoubleDouble(sumOfGreater: power.high * scale, power.low * scale)
        let one = DoubleDouble(1)
        return ((one + -u) / (one + u)).nearest(error: QuickExponential.relativeError)
    }
}

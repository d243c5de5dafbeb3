/// The exponential function to 67 binary digits, by a table (Tang, "Table-driven implementation of the exponential
/// function in IEEE floating-point arithmetic", ACM Transactions on Mathematical Software 15, 1989).
///
/// With the integer k nearest to x · 256/ln 2 = 256 n + j and r = x - k ln 2/256, a magnitude below 2⁻⁹·⁵,
///
///     eˣ = 2ⁿ · 2^(j/256) · eʳ = 2ⁿ · T · (1 + r + q),   q = r²/2 + r³/6 + … + r⁶/720
///
/// Only T, r and T · r need more digits than a double has: q is below 2⁻²⁰.
enum QuickExponential {
    /// The bound for the relative error. For results in [1, 2), the series leaves out r⁷/5040 < 2⁻⁷⁸; r is wrong by
    /// 2⁻⁷⁷; q has six roundings of 2⁻⁵³ · 2⁻²⁰; T · q and the sums of the lower part have four of 2⁻⁵³ · 2⁻¹⁹.
    /// Together they are below 2⁻⁶⁸; the last bit of the bound is for the rounding of the lower part in
    /// ``DoubleDouble/nearest(error:)``.
    static let relativeError = 0x1p-67

    /// Returns eˣ = power · 2ⁿ.
    ///
    /// - Parameter x: A magnitude below 2¹⁰.
    @inline(__always)
    static func of(_ x: DoubleDouble) -> (power: DoubleDouble, exponent: Int) {
        // The sum with 1.5 · 2⁵² has no fraction.
        let k = (x.high * 0x1.71547652b82fep+8 + 0x1.8p52) - 0x1.8p52
        let (n, j) = (Int(k) >> 8, Int(k) & 255)
        // ln 2/256 in two parts. The first has 34 digits and k has 19, so the product and the difference are exact.
        let difference = x.high - k * 0x1.62e42fef8p-9
        var r = DoubleDouble(sum: difference, -(k * 0x1.1cf79abc9e3b4p-44))
        // q has no product of r.low and r.high², so r.low must be less than r.high's last digit.
        if x.low != 0 { r = DoubleDouble(sum: r.high, r.low + x.low) }
        var p = 1.0 / 120 + r.high * (1.0 / 720)
        p = 1.0 / 24 + r.high * p
        p = 1.0 / 6 + r.high * p
        p = 0.5 + r.high * p
        let q = r.low + r.high * (r.low + r.high * p)
        let factor = powers[j]
        let product = DoubleDouble(product: factor.high, r.high)
        let sum = DoubleDouble(sumOfGreater: factor.high, product.high)
        let low = sum.low + (product.low + (factor.low + (factor.high * q + factor.low * r.high)))
        return (DoubleDouble(sum.high, low), n)
    }

    /// 2^(j/256) for j = 0, 1, … 255, by multiplication.
    private static let powers: [DoubleDouble] = {
        let series = WideSeries(places: 192)
        let step = series.exponential(series.ln2 / 256).0
        var power = FixedPoint(1, places: 192)
        return (0..<256).map { _ in
            defer { power = power * step }
            return DoubleDouble(power)
        }
    }()
}

extension Double {
    /// 2ᵉ for an exponent of a normal number.
    @inline(__always)
    init(powerOfTwo exponent: Int) {
        self.init(bitPattern: UInt64(truncatingIfNeeded: exponent &+ 1023) << 52)
    }
}

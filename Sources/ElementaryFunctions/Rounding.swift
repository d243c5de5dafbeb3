/// The two steps to a correctly rounded result (Ziv, "Fast evaluation of elementary mathematical functions with
/// correctly rounded last bit", ACM Transactions on Mathematical Software 17, 1991): a result with an error that is
/// known rounds correctly if all numbers within that error round to the same double. If they do not, more digits are
/// computed.
enum Rounding {
    /// Returns the double nearest to a result that is computed with more and more binary places, until its error
    /// cannot change the double.
    ///
    /// The true result must not be half way between two doubles: no number of places would be enough.
    ///
    /// - Parameter compute: Returns the result divided by 2ᵉ, and e; the error is below ``WideSeries/maximalError``.
    static func nearest(_ compute: (WideSeries) -> (FixedPoint, exponent: Int)) -> Double {
        var places = 192
        while true {
            let (value, exponent) = compute(WideSeries(places: places))
            if let result = nearest(value, exponent: exponent) { return result }
            places *= 2
        }
    }

    private static func nearest(_ value: FixedPoint, exponent: Int) -> Double? {
        let magnitude = value.magnitude
        guard magnitude > WideSeries.maximalError else { return nil }
        let unit = exponent - value.places
        let lower = (magnitude - WideSeries.maximalError).nearestDouble(exponent: unit)
        let upper = (magnitude + WideSeries.maximalError).nearestDouble(exponent: unit)
        guard lower == upper else { return nil }
        return value.isNegative ? -lower : lower
    }
}

extension DoubleDouble {
    /// Returns the double nearest to a number that differs from this sum by at most `error`, if that is certain.
    @inline(__always)
    func nearest(error: Double) -> Double? {
        let (lower, upper) = (high + (low - error), high + (low + error))
        return lower == upper ? lower : nil
    }
}

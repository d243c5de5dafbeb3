/// Elementary functions as sums of series, with any number of binary places.
///
/// Every product, quotient and power of two below loses less than one unit 2⁻ᵖ, and what a series leaves out is less
/// than one unit, because the terms decrease until they are below a unit. No function makes more than 2²⁰ operations
/// (p is below 2¹²), and what follows them multiplies an error by less than 2¹⁰. So no result is wrong by more than
/// ``maximalError``.
struct WideSeries {
    let places: Int

    /// The bound for the errors of all results, in units of 2⁻ᵖ.
    static let maximalError = WideInteger(1 << 32)

    /// ln 2 = 2 artanh ⅓.
    var ln2: FixedPoint { artanh(FixedPoint(1, places: places) / 3) * 2 }

    /// ln 10 = 3 ln 2 + 2 artanh ⅑.
    var ln10: FixedPoint { ln2 * 3 + artanh(FixedPoint(1, places: places) / 9) * 2 }

    /// π/2 = 8 arctan ⅕ - 2 arctan 1/239 (Machin, 1706).
    var halfPi: FixedPoint {
        let one = FixedPoint(1, places: places)
        return arctanSeries(one / 5) * 8 - arctanSeries(one / 239) * 2
    }
}

extension WideSeries {
    /// Returns eˣ = power · 2ⁿ, the power and n, where n is the integer nearest to x / ln 2 and the power is Σ rᵏ/k!
    /// with r = x - n ln 2.
    ///
    /// - Parameter x: A magnitude below 2¹⁰.
    func exponential(_ x: FixedPoint) -> (FixedPoint, exponent: Int) {
        let ln2 = ln2
        let exponent = Int((x.rounded / ln2.rounded).rounded())
        let r = x - ln2 * exponent
        return (sum(first: FixedPoint(1, places: places)) { $0 * r / $1 }, exponent)
    }

    /// Returns the logarithm of integer · 2ᵉ = m · 2ⁿ, with m in [½, 1): n ln 2 + 2 artanh((m - 1) / (m + 1)).
    ///
    /// - Parameter integer: Greater than 0.
    func logarithm(_ integer: WideInteger, exponent: Int) -> FixedPoint {
        let width = integer.bitWidth
        var m = FixedPoint(places: places, integer, exponent: -width)
        var n = exponent + width
        let one = FixedPoint(1, places: places)
        // Numbers next to 1 from both sides have n = 0, so that nothing cancels.
        if m * m < one / 2 { (m, n) = (m * 2, n - 1) }
        return ln2 * n + artanh((m - one) / (m + one)) * 2
    }

    /// Returns the sine and cosine of integer · 2ᵉ, with the sign and the order that its quadrant gives to the series
    /// r - r³/3! + … and 1 - r²/2! + …; r is in [0, π/2].
    func sineAndCosine(_ integer: WideInteger, exponent: Int) -> (sine: FixedPoint, cosine: FixedPoint) {
        // So many places of π that the error of a multiple is below a unit.
        let wide = WideSeries(places: places + max(integer.bitWidth + exponent, 0))
        let angle = FixedPoint(places: wide.places, integer, exponent: exponent)
        let (turns, rest) = angle.magnitude.quotientAndRemainder(dividingBy: wide.halfPi.magnitude)
        let r = FixedPoint(places: places, rest, exponent: -wide.places)
        let square = -(r * r)
        let sine = sum(first: r) { $0 * square / (2 * $1 * (2 * $1 + 1)) }
        let cosine = sum(first: FixedPoint(1, places: places)) { $0 * square / (2 * $1 * (2 * $1 - 1)) }
        switch turns.lowWord % 4 {
        case 0: return (sine, cosine)
        case 1: return (cosine, -sine)
        case 2: return (-sine, -cosine)
        default: return (-cosine, sine)
        }
    }

    /// Returns the arctangent of x in [0, 1] by Euler's series, y/x Σ 2·4…(2n) / (3·5…(2n + 1)) yⁿ with y = x² / (1 +
    /// x²) (Abramowitz and Stegun, "Handbook of Mathematical Functions", 4.4.42 with Euler's transformation).
    func arctangent(_ x: FixedPoint) -> FixedPoint {
        let square = x * x
        let one = FixedPoint(1, places: places)
        let y = square / (one + square)
        return sum(first: x / (one + square)) { $0 * y * (2 * $1) / (2 * $1 + 1) }
    }

    /// Returns x + x³/3 + x⁵/5 + ….
    func artanh(_ x: FixedPoint) -> FixedPoint { oddPowers(x, square: x * x) }

    /// Returns x - x³/3 + x⁵/5 - ….
    private func arctanSeries(_ x: FixedPoint) -> FixedPoint { oddPowers(x, square: -(x * x)) }

    private func oddPowers(_ x: FixedPoint, square: FixedPoint) -> FixedPoint {
        var (power, total, divisor) = (x, x, 1)
        while !power.magnitude.isZero {
            power = power * square
            divisor += 2
            total = total + power / divisor
        }
        return total
    }

    /// Returns the sum of a first term and those that `next` makes of the term before and its number, until one is 0.
    private func sum(first: FixedPoint, next: (FixedPoint, Int) -> FixedPoint) -> FixedPoint {
        var (term, total, number) = (first, first, 1)
        while !term.magnitude.isZero {
            term = next(term, number)
            total = total + term
            number += 1
        }
        return total
    }
}

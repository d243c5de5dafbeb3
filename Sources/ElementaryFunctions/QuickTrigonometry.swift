/// Sine and cosine of small angles to 80 binary digits or more.
enum QuickTrigonometry {
    /// The greatest angle.
    static let greatestAngle = 1024.0

    /// Returns the bound for the error of a sine or cosine of x. The series leave out terms below 2⁻⁷⁷ of their first;
    /// each of twelve products and sums has a relative error below 2⁻¹⁰¹. The reduced angle is wrong by less than
    /// 2⁻¹³⁰ |x|, from the third part of π/2.
    static func error(of value: DoubleDouble, at x: Double) -> Double {
        value.high.magnitude * 0x1p-74 + x.magnitude * 0x1p-120
    }

    /// Returns the sine and cosine: of the angle less a multiple of π/2, which has a magnitude up to π/4, by
    /// r - r³/3! + … - r²³/23! and 1 - r²/2! + … - r²²/22!, with the sign and order of the quadrant.
    ///
    /// - Parameter x: A magnitude up to ``greatestAngle``.
    static func sineAndCosine(_ x: Double) -> (sine: DoubleDouble, cosine: DoubleDouble) {
        let k = (x * 0x1.45f306dc9c883p-1 + 0x1.8p52) - 0x1.8p52
        // π/2 in three parts. The first two have 40 digits, so their products with k are exact.
        var r = DoubleDouble(sum: x - k * 0x1.921fb54442p+0, -(k * 0x1.a308d3131ap-41))
        r = DoubleDouble(sumOfGreater: r.high, r.low - k * -0x1.d747f23e32ed7p-83)
        let square = -(r * r)
        let sine = r * series(square, factorials: inverseFactorials.odd)
        let cosine = series(square, factorials: inverseFactorials.even)
        switch Int(k) & 3 {
        case 0: return (sine, cosine)
        case 1: return (cosine, -sine)
        case 2: return (-sine, -cosine)
        default: return (-cosine, sine)
        }
    }

    private static func series(_ square: DoubleDouble, factorials: [DoubleDouble]) -> DoubleDouble {
        factorials.reversed().dropFirst().reduce(factorials[factorials.count - 1]) { $1 + square * $0 }
    }

    /// 1/n! for odd and even n up to 23.
    private static let inverseFactorials: (odd: [DoubleDouble], even: [DoubleDouble]) = {
        var (odd, even, inverse) = ([DoubleDouble](), [DoubleDouble](), DoubleDouble(1))
        for number in stride(from: 1.0, to: 24, by: 2) {
            even.append(inverse)
            inverse = inverse / DoubleDouble(number)
            odd.append(inverse)
            inverse = inverse / DoubleDouble(number + 1)
        }
        return (odd, even)
    }()
}

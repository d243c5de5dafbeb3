import Testing

@testable import ElementaryFunctions

/// The quick functions against the series with 256 places: their errors are within the bounds by which results are
/// rounded. If they were not, a result could be wrong and nobody would notice.
@Suite("Error bounds of the quick functions")
struct ErrorBoundTests {
    private static let series = WideSeries(places: 256)

    private func fixed(_ value: Double) -> FixedPoint { FixedPoint(value, places: 256) }

    private func fixed(_ value: DoubleDouble) -> FixedPoint { fixed(value.high) + fixed(value.low) }

    /// Returns an error in units of its bound.
    private func share(_ value: DoubleDouble, _ exact: FixedPoint, bound: Double) -> Double {
        (fixed(value) - exact).rounded.magnitude / bound
    }

    @Test(arguments: 0..<8 as Range<UInt64>)
    func `exponential`(_ seed: UInt64) {
        var arguments = ElementaryArguments(seed: seed)
        var greatest = 0.0
        for index in 0..<250 {
            let high =
                index % 2 == 0
                ? arguments.number(in: -745...745) : arguments.sign() * arguments.magnitude(-40...3)
            let x = DoubleDouble(sumOfGreater: high, high * 0x1p-54 * arguments.number(in: -1...1))
            let (power, exponent) = QuickExponential.of(x)
            let (wide, wideExponent) = Self.series.exponential(fixed(x))
            let scale = Double(sign: .plus, exponent: exponent - wideExponent, significand: 1)
            let scaled = DoubleDouble(power.high * scale, power.low * scale)
            greatest = max(greatest, share(scaled, wide, bound: scaled.high * QuickExponential.relativeError))
        }
        #expect(greatest < 0.5)
    }

    @Test(arguments: 0..<8 as Range<UInt64>)
    func `logarithm`(_ seed: UInt64) {
        var arguments = ElementaryArguments(seed: seed)
        var greatest = 0.0
        for index in 0..<250 {
            let high =
                switch index % 3 {
                case 0: arguments.magnitude(-1022...1023)
                case 1: 1 + arguments.sign() * arguments.magnitude(-53 ... -6)
                default: arguments.number(in: 0.5...2)
                }
            let low = index % 5 == 0 && (0.01...100).contains(high) ? high * 0x1p-54 * arguments.unit() : 0
            let (value, error) = QuickLogarithm.of(DoubleDouble(high, low))
            let sum = BinaryFraction(high)
            let integer = FixedPoint(places: 256, WideInteger(sum.integer), exponent: sum.exponent)
            let wide =
                low == 0
                ? Self.series.logarithm(high)
                : Self.series.logarithm((integer + fixed(low)).magnitude, exponent: -256)
            greatest = max(greatest, share(value, wide, bound: error))
        }
        #expect(greatest < 0.5)
    }

    @Test(arguments: 0..<8 as Range<UInt64>)
    func `sine and cosine`(_ seed: UInt64) {
        var arguments = ElementaryArguments(seed: seed)
        var greatest = 0.0
        for index in 0..<150 {
            let turns = (arguments.unit() * 650).rounded()
            let x =
                switch index % 3 {
                case 0: arguments.number(in: 0...1024)
                case 1: arguments.magnitude(-27...1)
                default: turns * .pi / 2
                }
            let quick = QuickTrigonometry.sineAndCosine(x)
            let wide = Self.series.sineAndCosine(x)
            for (value, exact) in [(quick.sine, wide.sine), (quick.cosine, wide.cosine)] {
                greatest = max(
                    greatest, share(value, exact, bound: QuickTrigonometry.error(of: value, at: x)))
            }
        }
        #expect(greatest < 0.5)
    }
}

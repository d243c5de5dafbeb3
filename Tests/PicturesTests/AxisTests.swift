import Testing

@testable import Pictures

@Suite struct AxisTests {
    @Test(arguments: [
        (0.0, 1.0, ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]),
        (91.99, 99.74, ["92", "94", "96", "98"]),
        (1, 51, ["10", "20", "30", "40", "50"]),
        (-0.3, 0.31, ["-0.2", "0.0", "0.2"]),
        (0, 0.0005, ["0.0000", "0.0001", "0.0002", "0.0003", "0.0004", "0.0005"]),
        (0, 2.5e-6, ["0", "5e-7", "1e-6", "1.5e-6", "2e-6", "2.5e-6"]),
        (0, 60_000, ["0", "20000", "40000", "60000"]),
        (1e6, 3e6, ["1e6", "1.5e6", "2e6", "2.5e6", "3e6"]),
        (1000, 1000.02, ["1000.000", "1000.005", "1000.010", "1000.015", "1000.020"]),
        (-1e300, 1e300, ["-1e300", "-5e299", "0", "5e299", "1e300"]),
    ])
    func `linear ticks are at 1, 2 or 5 times a power of ten`(low: Double, high: Double, labels: [String]) {
        let ticks = ScaledAxis(Axis(""), holding: [low, high]).ticks(about: 5)
        #expect(ticks.map(\.label) == labels)
        #expect(ticks.map(\.position) == labels.map { Double($0) })
    }

    @Test(arguments: [
        (1.0, 3.0, ["1", "2", "3"]), (1, 51, ["10", "20", "30", "40", "50"]), (0, 1, ["0", "1"]),
        (7, 7, ["6", "7", "8"]), (0, 8, ["0", "2", "4", "6", "8"]),
    ])
    func `integer ticks are whole numbers`(low: Double, high: Double, labels: [String]) {
        let axis = ScaledAxis(Axis("", ticks: .integers), holding: [low, high])
        #expect(axis.ticks(about: 5).map(\.label) == labels)
    }

    @Test(arguments: [
        (0.001, 1.0, ["0.001", "0.01", "0.1", "1"]), (0.02, 0.4, ["0.02", "0.05", "0.1", "0.2"]),
        (1e-6, 1e-1, ["1e-6", "1e-4", "1e-2"]), (2, 3, ["2.0", "2.2", "2.4", "2.6", "2.8", "3.0"]),
        (1, 1e6, ["1e0", "1e2", "1e4", "1e6"]), (0.3, 0.3, ["0.2", "0.3", "0.4", "0.5", "0.6"]),
    ])
    func `logarithmic ticks are at powers of ten and their multiples`(
        low: Double, high: Double, labels: [String]
    ) {
        let axis = ScaledAxis(Axis("", scale: .logarithmic), holding: [low, high])
        #expect(axis.ticks(about: 5).map(\.label) == labels)
    }

    @Test func `given ticks within the axis are kept`() {
        let axis = Axis("", ticks: .labels([(3, "c"), (1, "a"), (99, "z"), (.nan, "n"), (2, "b")]))
        #expect(ScaledAxis(axis, holding: [1, 3]).ticks(about: 1).map(\.label) == ["a", "b", "c"])
    }

    @Test(arguments: [Axis.Scale.linear, .logarithmic])
    func `values at the ends and the middle have their fractions`(scale: Axis.Scale) {
        let axis = ScaledAxis(Axis("", scale: scale), holding: [100, .nan, 1, .infinity, -.infinity, 10])
        #expect(axis.fraction(1) == 0)
        #expect(axis.fraction(100) == 1)
        #expect(axis.fraction(scale == .linear ? 50.5 : 10) == 0.5)
        #expect(axis.fraction(.nan) == nil)
        #expect(axis.fraction(.infinity) == nil)
        #expect((axis.fraction(0) == nil) == (scale == .logarithmic))
    }

    @Test(arguments: [0, 1, -1, .leastNonzeroMagnitude, 1e-300, 1e300, -1e300, 1 / 3, 1e16] as [Double])
    func `a constant is in the middle of an axis`(value: Double) {
        var axis = ScaledAxis(Axis(""), holding: [value, value.nextUp])
        axis.extendToTicks(about: 5)
        let fraction = axis.fraction(value) ?? .nan
        #expect(fraction > 0.2 && fraction < 0.8, "\(fraction)")
        #expect(axis.ticks(about: 5).count >= 3)
    }

    @Test func `an extended axis ends with ticks`() {
        for (low, high) in [(0.13, 0.97), (91.99, 99.74), (1.5, 2.5), (-3e-5, 7e-5), (0, 1)] {
            var axis = ScaledAxis(Axis(""), holding: [low, high])
            axis.extendToTicks(about: 5)
            let ticks = axis.ticks(about: 5)
            #expect(ticks.first?.position == axis.low && ticks.last?.position == axis.high)
            #expect(axis.low <= low && axis.high >= high)
            #expect((3...8).contains(ticks.count), "\(ticks.map(\.label))")
        }
    }

    @Test(arguments: [
        (.leastNonzeroMagnitude, 1e308), (1e-300, 1e300), (1e-280, 1e280), (1e-280, 1), (1, 1e280),
    ])
    func `an extended logarithmic axis has finite ends`(low: Double, high: Double) {
        var axis = ScaledAxis(Axis("", scale: .logarithmic), holding: [low, high])
        axis.extendToTicks(about: 5)
        #expect(axis.low > 0 && axis.high.isFinite)
        #expect(axis.ticks(about: 5).count >= 3)
    }

    @Test(arguments: [
        (0.0, "0"), (1, "1"), (-1.5, "-1.5"), (98.765432, "98.77"), (0.000123456, "0.0001235"),
        (12345, "12350"),
        (99996, "100000"), (1e8, "1e8"), (1e-9, "1e-9"), (.leastNonzeroMagnitude, "0"), (1.7e308, "1.7e308"),
        (.nan, "no number"),
        (-.infinity, "no number"), (1234, "1234"), (0.1 + 0.2, "0.3"),
    ])
    func `numbers have four significant digits`(value: Double, text: String) {
        #expect(Numerals.brief(value) == text)
    }

    @Test(arguments: [
        (0.0, "0"), (-0.001, "0"), (1.005, "1"), (12.345, "12.35"), (-7.5, "-7.5"), (640, "640"),
        (0.05, "0.05"),
    ])
    func `coordinates are rounded to hundredths`(value: Double, text: String) {
        #expect(Numerals.coordinate(value) == text)
    }
}

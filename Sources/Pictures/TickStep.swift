/// A distance between ticks that is easy to read: 1, 2 or 5 times a power of ten. Ticks are counted in whole steps, so
/// that their places and labels have no accumulated rounding errors.
struct TickStep: Equatable {
    let factor: Int
    let exponent: Int

    /// Creates the smallest step that is at least `distance`, and at least 1 for integers.
    init(atLeast distance: Double, integers: Bool = false) {
        let distance = integers ? max(1, distance) : distance
        let decade = Numerals.decade(of: distance)
        let slack = 1 - 1e-9
        for factor in [1, 2, 5] where Numerals.power(factor, decade) >= distance * slack {
            self.factor = factor
            exponent = decade
            return
        }
        factor = 1
        exponent = decade + 1
    }

    var size: Double { Numerals.power(factor, exponent) }

    func position(_ index: Int) -> Double { Numerals.power(factor * index, exponent) }

    func index(notAbove value: Double) -> Int { Int((value / size + 1e-9).rounded(.down)) }

    func index(notBelow value: Double) -> Int { Int((value / size - 1e-9).rounded(.up)) }

    /// Returns the ticks within the bounds. All have the same number of digits after the point or, if there would be
    /// many digits, all are written as `2.5e6`.
    func ticks(from low: Double, through high: Double) -> [Tick] {
        let (first, last) = (index(notBelow: low), index(notAbove: high))
        guard first <= last else { return [] }
        let greatest = max(first.magnitude, last.magnitude) * UInt(factor)
        let leading = exponent + String(greatest).count - 1
        let isPlain = (-4...5).contains(leading) && exponent >= -6
        return (first...last).map { index in
            let significand = factor * index
            let label =
                isPlain
                ? Numerals.decimal(significand: significand, exponent: exponent, places: max(0, -exponent))
                : Numerals.scientific(significand: significand, exponent: exponent)
            return Tick(position: position(index), label: label)
        }
    }
}

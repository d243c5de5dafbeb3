import ElementaryFunctions

/// One axis of a chart.
package struct Axis: Sendable {
    package enum Scale: Sendable, Hashable {
        case linear
        /// A logarithmic scale. Values that are not positive are treated as missing.
        case logarithmic
    }

    package enum Ticks: Sendable {
        /// Ticks at steps of 1, 2 or 5 times a power of ten.
        case automatic
        /// Automatic ticks at whole numbers, for epochs and steps.
        case integers
        /// The given ticks, for instance dates, without labels that would touch a neighbour.
        case labels([(position: Double, label: String)])
    }

    package var label: String
    package var scale: Scale
    package var ticks: Ticks

    package init(_ label: String, scale: Scale = .linear, ticks: Ticks = .automatic) {
        self.label = label
        self.scale = scale
        self.ticks = ticks
    }
}

struct Tick: Equatable {
    var position: Double
    var label: String
}

/// An axis with the values at its ends.
struct ScaledAxis {
    let axis: Axis
    private(set) var low: Double
    private(set) var high: Double
    /// The distance of ticks if both ends are ticks.
    private var step: TickStep?

    /// Creates an axis that spans the values that can be drawn; without any, 0 to 1 or, if logarithmic, 1 to 10.
    init(_ axis: Axis, holding values: some Sequence<Double>) {
        self.axis = axis
        (low, high) = (.infinity, -.infinity)
        for value in values where Self.canDraw(value, on: axis.scale) {
            low = min(low, value)
            high = max(high, value)
        }
        if low > high { (low, high) = axis.scale == .linear ? (0, 1) : (1, 10) }
        widenIfConstant()
    }

    /// Returns whether a value is finite, and far enough from the limits of `Double` that differences, ratios and the
    /// ends of an extended axis are finite too.
    static func canDraw(_ value: Double, on scale: Axis.Scale) -> Bool {
        switch scale {
        case .linear: abs(value) <= 1e300
        case .logarithmic: value >= 1e-280 && value <= 1e280
        }
    }

    /// Returns the position of a value, 0 at `low` and 1 at `high`; nil if the value cannot be drawn.
    func fraction(_ value: Double) -> Double? {
        guard Self.canDraw(value, on: axis.scale) else { return nil }
        switch axis.scale {
        case .linear: return (value - low) / (high - low)
        case .logarithmic:
            let start = Elementary.log10(low)
            return (Elementary.log10(value) - start) / (Elementary.log10(high) - start)
        }
    }

    private mutating func widenIfConstant() {
        let magnitude = max(abs(low), abs(high))
        switch axis.scale {
        case .linear:
            guard high - low <= 1e-9 * magnitude || high - low < 1e-290 else { return }
            let margin = wantsIntegers ? max(1, magnitude * 1e-8) : magnitude > 1e-290 ? magnitude * 0.1 : 1
            (low, high) = (low - margin, high + margin)
        case .logarithmic:
            guard high / low < 1.000_001 else { return }
            (low, high) = (low / 2, high * 2)
        }
    }

    /// Extends both ends: to the next of about `count` ticks on a linear scale, by 4 % on a logarithmic scale.
    mutating func extendToTicks(about count: Int) {
        switch axis.scale {
        case .linear:
            let step = TickStep(atLeast: (high - low) / Double(count), integers: wantsIntegers)
            (low, high) = (
                step.position(step.index(notAbove: low)), step.position(step.index(notBelow: high))
            )
            self.step = step
        case .logarithmic:
            let factor = Elementary.pow(10, 0.04 * (Elementary.log10(high) - Elementary.log10(low)))
            (low, high) = (low / factor, high * factor)
        }
    }

    private var wantsIntegers: Bool { if case .integers = axis.ticks { true } else { false } }

    /// Returns the ticks of the axis: the given ones, or about `count` automatic ones.
    func ticks(about count: Int) -> [Tick] {
        if case .labels(let labels) = axis.ticks {
            return labels.filter { label in
                fraction(label.position).map { (-1e-9...1 + 1e-9).contains($0) } ?? false
            }
            .sorted { $0.position < $1.position }
            .map { Tick(position: $0.position, label: $0.label) }
        }
        if axis.scale == .logarithmic, let ticks = logarithmicTicks(about: count) { return ticks }
        let step = step ?? TickStep(atLeast: (high - low) / Double(count), integers: wantsIntegers)
        return step.ticks(from: low, through: high)
    }

    /// Returns powers of ten, with 2 and 5 times these if they are few; nil for an axis of less than half a decade.
    private func logarithmicTicks(about count: Int) -> [Tick]? {
        let decades = Numerals.decade(of: low)...Numerals.decade(of: high)
        let tens = decades.filter { Numerals.power(1, $0) >= low }
        let isFine = tens.count < 3
        let stride = max(1, (tens.count + count - 1) / count)
        let isPlain = decades.lowerBound >= -4 && decades.upperBound <= 5
        var ticks: [Tick] = []
        for decade in isFine ? Array(decades) : tens.filter({ $0 % stride == 0 }) {
            for factor in isFine ? [1, 2, 5] : [1] {
                let position = Numerals.power(factor, decade)
                guard position >= low, position <= high else { continue }
                let label =
                    isPlain
                    ? Numerals.decimal(significand: factor, exponent: decade, places: nil)
                    : Numerals.scientific(significand: factor, exponent: decade)
                ticks.append(Tick(position: position, label: label))
            }
        }
        return ticks.count >= 3 || high / low > 5 ? ticks : nil
    }
}

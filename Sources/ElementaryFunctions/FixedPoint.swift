/// A number with a fixed number of binary places: a sign and a multiple of 2⁻ᵖ.
///
/// Sums and differences are exact. Products and quotients lose what is beyond the last place, so their error is less
/// than one unit 2⁻ᵖ.
struct FixedPoint: Comparable {
    /// The number of binary places, p.
    let places: Int
    private(set) var isNegative: Bool
    /// The magnitude in units of 2⁻ᵖ.
    private(set) var magnitude: WideInteger

    init(places: Int, isNegative: Bool = false, magnitude: WideInteger) {
        self.places = places
        self.isNegative = isNegative && !magnitude.isZero
        self.magnitude = magnitude
    }

    init(_ value: Int, places: Int) {
        self.init(
            places: places, isNegative: value < 0,
            magnitude: WideInteger(UInt64(value.magnitude)) << places)
    }

    /// Creates integer · 2ᵉ; the error is less than one unit.
    init(places: Int, isNegative: Bool = false, _ integer: WideInteger, exponent: Int) {
        let shift = places + exponent
        self.init(
            places: places, isNegative: isNegative,
            magnitude: shift >= 0 ? integer << shift : integer >> -shift)
    }

    /// Creates a finite number; the error is less than one unit, and none if the number has no more places.
    init(_ value: Double, places: Int) {
        let binary = BinaryFraction(value)
        self.init(
            places: places, isNegative: value < 0, WideInteger(binary.integer), exponent: binary.exponent)
    }

    /// The nearest double.
    var rounded: Double {
        let value = magnitude.nearestDouble(exponent: -places)
        return isNegative ? -value : value
    }
}

extension FixedPoint {
    static prefix func - (value: Self) -> Self {
        Self(places: value.places, isNegative: !value.isNegative, magnitude: value.magnitude)
    }

    static func + (left: Self, right: Self) -> Self {
        let places = left.places
        if left.isNegative == right.isNegative {
            return Self(
                places: places, isNegative: left.isNegative, magnitude: left.magnitude + right.magnitude)
        }
        let (greater, less) = left.magnitude < right.magnitude ? (right, left) : (left, right)
        return Self(
            places: places, isNegative: greater.isNegative, magnitude: greater.magnitude - less.magnitude)
    }

    static func - (left: Self, right: Self) -> Self { left + -right }

    static func * (left: Self, right: Self) -> Self {
        Self(
            places: left.places, isNegative: left.isNegative != right.isNegative,
            magnitude: (left.magnitude * right.magnitude) >> left.places)
    }

    static func * (left: Self, right: Int) -> Self {
        Self(
            places: left.places, isNegative: left.isNegative != (right < 0),
            magnitude: left.magnitude * WideInteger(UInt64(right.magnitude)))
    }

    static func / (left: Self, right: Int) -> Self {
        Self(
            places: left.places, isNegative: left.isNegative != (right < 0),
            magnitude: left.magnitude / UInt64(right.magnitude))
    }

    static func / (left: Self, right: Self) -> Self {
        Self(
            places: left.places, isNegative: left.isNegative != right.isNegative,
            magnitude: (left.magnitude << left.places).quotientAndRemainder(dividingBy: right.magnitude)
                .quotient)
    }

    static func < (left: Self, right: Self) -> Bool {
        (right - left).magnitude.isZero ? false : !(right - left).isNegative
    }

    /// Returns the number times 2ᵉ; the error is less than one unit.
    func scaled(by exponent: Int) -> Self {
        Self(places: places, isNegative: isNegative, magnitude, exponent: exponent - places)
    }
}

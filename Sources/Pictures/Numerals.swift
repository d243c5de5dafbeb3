/// Numbers as text, the same on every machine and in every locale.
enum Numerals {
    /// Returns a length in a picture, rounded to a hundredth.
    static func coordinate(_ value: Double) -> String {
        precondition(abs(value) < 1e9, "a coordinate within a picture expected, received \(value)")
        let hundredths = Int((value * 100).rounded())
        return decimal(significand: hundredths, exponent: -2, places: nil)
    }

    /// Returns significand × 10^exponent in decimal notation, with `places` digits after the point; if nil, with as few
    /// as necessary.
    static func decimal(significand: Int, exponent: Int, places: Int?) -> String {
        var digits = String(significand.magnitude)
        var fraction = ""
        if exponent >= 0 {
            if significand != 0 { digits += String(repeating: "0", count: exponent) }
        } else {
            digits = String(repeating: "0", count: max(0, 1 - exponent - digits.count)) + digits
            fraction = String(digits.suffix(-exponent))
            digits.removeLast(-exponent)
            if places == nil { while fraction.hasSuffix("0") { fraction.removeLast() } }
        }
        if let places { fraction += String(repeating: "0", count: max(0, places - fraction.count)) }
        return (significand < 0 ? "-" : "") + digits + (fraction.isEmpty ? "" : "." + fraction)
    }

    /// Returns significand × 10^exponent as `2.5e6`; zero as `0`.
    static func scientific(significand: Int, exponent: Int) -> String {
        if significand == 0 { return "0" }
        var digits = String(significand.magnitude)
        let power = exponent + digits.count - 1
        while digits.count > 1, digits.hasSuffix("0") { digits.removeLast() }
        let fraction = digits.dropFirst()
        return (significand < 0 ? "-" : "") + digits.prefix(1) + (fraction.isEmpty ? "" : "." + fraction)
            + "e\(power)"
    }

    /// Returns a finite value with four significant digits, in decimal notation if that is short.
    static func brief(_ value: Double) -> String {
        guard value.isFinite else { return "no number" }
        guard abs(value) > 1e-300 else { return "0" }
        let exponent = decade(of: abs(value)) - 3
        var significand = Int((abs(value) / power(1, exponent)).rounded())
        if value < 0 { significand = -significand }
        if (-8...3).contains(exponent) {
            return decimal(significand: significand, exponent: exponent, places: nil)
        }
        return scientific(significand: significand, exponent: exponent)
    }

    /// Returns the greatest e with 10^e ≤ value, for a positive value, without the rounding errors of a logarithm.
    static func decade(of value: Double) -> Int {
        precondition(value > 0 && value.isFinite, "a positive number expected, received \(value)")
        var decade = Int((Double(value.exponent) * 0.30103).rounded(.down))
        while power(1, decade + 1) <= value { decade += 1 }
        while power(1, decade) > value { decade -= 1 }
        return decade
    }

    /// Returns significand × 10^exponent, correctly rounded.
    static func power(_ significand: Int, _ exponent: Int) -> Double {
        Double("\(significand)e\(exponent)") ?? 0
    }
}

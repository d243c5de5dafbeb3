import Platform

/// The format of the numbers in one column or sentence. There are enough decimals to show the smallest number with the
/// wanted significant digits. If nine decimals are too few, the numbers are in scientific notation.
package struct NumberStyle: Hashable, Sendable {
    private let digits: Int
    private let decimals: Int
    private let isScientific: Bool

    /// - Parameters:
    ///   - values: The numbers written next to each other. Zeros and numbers that are not finite are ignored.
    ///   - digits: The number of significant digits, 1 to 9.
    package init(_ values: [Double], digits: Int) {
        precondition((1...9).contains(digits), "NumberStyle: expected 1 to 9 digits, received \(digits)")
        self.digits = digits
        decimals = TextFormat.decimals(of: values, digits: digits)
        let largest = values.map(\.magnitude).filter(\.isFinite).max() ?? 0
        isScientific = largest > 0 && Self.needsMoreDecimals(largest, digits: digits)
    }

    package func text(_ value: Double) -> String {
        // A number much smaller than the others keeps two digits.
        guard value.isFinite, value != 0,
            isScientific || Self.needsMoreDecimals(value.magnitude, digits: min(2, digits))
        else { return TextFormat.fixed(value, decimals: decimals) }
        return TextFormat.scientific(value, digits: digits)
    }

    /// Returns whether nine decimals are too few for the number of significant digits.
    private static func needsMoreDecimals(_ value: Double, digits: Int) -> Bool {
        var limit = 1e-9
        for _ in 1..<max(digits, 2) { limit *= 10 }
        return value < limit * (1 - 1e-12)
    }
}

extension TextFormat {
    /// Returns `value` in scientific notation with a number of significant digits (1 to 9), as C's `printf` writes it:
    /// "1.004e-08".
    package static func scientific(_ value: Double, digits: Int) -> String {
        guard value.isFinite else { return value.description }
        // "1.0041279e-08", "123.5", "0.001"
        let parts = value.magnitude.description.utf8.split(separator: UInt8(ascii: "e"))
        let point = parts[0].firstIndex(of: UInt8(ascii: ".")) ?? parts[0].endIndex
        var exponent = parts[0].distance(from: parts[0].startIndex, to: point) - 1
        if parts.count > 1 { exponent += Int(String(decoding: parts[1], as: UTF8.self)) ?? 0 }
        var numerals = parts[0].filter { $0 != UInt8(ascii: ".") }.map { Int($0) - 0x30 }
        while numerals.count > 1, numerals[0] == 0 {
            numerals.removeFirst()
            exponent -= 1
        }
        if numerals == [0] { exponent = 0 }
        let isUp = roundsUp(value.magnitude, numerals, exponent, digits: digits)
        numerals = Array((numerals + Array(repeating: 0, count: digits)).prefix(digits))
        var place = isUp ? digits - 1 : -1
        while place >= 0 {
            numerals[place] += 1
            if numerals[place] < 10 { break }
            numerals[place] = 0
            place -= 1
            if place < 0 {
                numerals = [1] + numerals.dropLast()
                exponent += 1
            }
        }
        let rest = numerals.dropFirst().map(String.init).joined()
        return (value.sign == .minus ? "-" : "") + "\(numerals[0])" + (rest.isEmpty ? "" : ".\(rest)")
            + "e\(exponent < 0 ? "-" : "+")\(exponent.magnitude.padded(to: 2))"
    }

    /// Whether `value`, whose shortest numerals are given, is rounded up to `digits` of them. If the numerals end at a
    /// half, the exact value decides, and the even digit if that is a half, too.
    private static func roundsUp(_ value: Double, _ numerals: [Int], _ exponent: Int, digits: Int) -> Bool {
        guard numerals.count > digits else { return false }
        let isHalf = numerals[digits] == 5 && numerals[(digits + 1)...].allSatisfy { $0 == 0 }
        // Powers of ten up to 22 are exact. Beyond them a half is rounded up, although the value may be below it.
        let shift = digits - exponent
        guard isHalf, abs(shift) <= 22 else { return numerals[digits] >= 5 }
        let half = Double(numerals[...digits].reduce(0) { 10 * $0 + $1 })
        let power = (0..<abs(shift)).reduce(1.0) { product, _ in product * 10 }
        let rest = shift >= 0 ? (-half).addingProduct(value, power) : value.addingProduct(-half, power)
        return rest > 0 || rest == 0 && numerals[digits - 1] % 2 == 1
    }
}

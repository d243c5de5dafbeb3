/// The decimal mark: the character before the fraction of a number.
enum DecimalMark: Hashable {
    case point, comma

    var byte: UInt8 { self == .point ? UInt8(ascii: ".") : UInt8(ascii: ",") }
    /// The name with its article, for errors: "a decimal point".
    var name: String { self == .point ? "a decimal point" : "a decimal comma" }
}

/// A number as it is written in a field, before it is known whether a comma is the decimal mark or a thousands
/// separator. It has a sign, digits with or without groups, a fraction and an exponent.
///
/// Groups are separated by a comma or a point (whichever is not the decimal mark), a space or an apostrophe: 1,234.5,
/// 1.234,5, 1 234,5, 1'234.5, and 1,23,456.7 as in India.
struct WrittenNumber {
    private let text: [UInt8]
    private let commas: [Int]
    private let points: [Int]

    private static let comma = UInt8(ascii: ",")
    private static let point = UInt8(ascii: ".")

    /// Reads a number; nil for a text with a character that numbers do not contain.
    init?(_ bytes: [UInt8]) {
        var bytes = bytes
        if bytes.contains(where: { $0 >= 0x80 }) {
            // Replaces typographic spaces, apostrophes and minus signs.
            var text = String(decoding: bytes, as: UTF8.self)
            for (typographic, plain) in [
                ("\u{A0}", " "), ("\u{202F}", " "), ("\u{2009}", " "), ("\u{2019}", "'"), ("\u{2212}", "-"),
            ] {
                text.replace(typographic, with: plain)
            }
            bytes = Array(text.utf8)
        }
        guard bytes.allSatisfy({ (0x30...0x39).contains($0) || "+-,. 'eE".utf8.contains($0) }) else {
            return nil
        }
        text = bytes
        let whole = bytes.prefix { $0 | 0x20 != UInt8(ascii: "e") }
        commas = whole.indices.filter { whole[$0] == Self.comma }
        points = whole.indices.filter { whole[$0] == Self.point }
    }

    /// The decimal mark that the number shows: a mark that cannot be a thousands separator, or that follows a thousands
    /// separator. Nil if it shows none, such as 1,234.
    var tellsMark: DecimalMark? {
        if let comma = commas.last, let point = points.last { return comma > point ? .comma : .point }
        if commas.count > 1 { return .point }
        if points.count > 1 { return .comma }
        if let comma = commas.first { return canGroup(at: comma) ? nil : .comma }
        if let point = points.first { return canGroup(at: point) ? nil : .point }
        return nil
    }

    /// Whether the only comma or point may be the decimal mark or a thousands separator.
    var isAmbiguous: Bool { tellsMark == nil && commas.count + points.count == 1 }
    /// Whether the number is ambiguous because of a comma.
    var hasAmbiguousComma: Bool { isAmbiguous && !commas.isEmpty }

    /// Returns whether a mark has one to three digits before it, which are not 0, and three digits after it.
    private func canGroup(at index: Int) -> Bool {
        let isDigit = { (byte: UInt8) in (0x30...0x39).contains(byte) }
        let before = text[..<index].reversed().prefix(while: isDigit)
        let after = text[(index + 1)...].prefix(while: isDigit)
        return (1...3).contains(before.count) && before.last != UInt8(ascii: "0") && after.count == 3
    }

    /// Returns whether the groups of digits are neither thousands nor Indian groups: 1,23,99.87.
    func hasIrregularGroups(_ mark: DecimalMark) -> Bool {
        let groups = mark == .point ? commas : points
        guard let last = groups.last else { return false }
        return text[(last + 1)...].prefix { (0x30...0x39).contains($0) }.count != 3
    }

    /// Returns the value; nil for a text that is not a number, for infinities and for numbers that are too large.
    ///
    /// - Parameters:
    ///   - mark: The decimal mark.
    ///   - exponent: The power of ten by which the number is multiplied, in place of an exponent in the text. It
    ///     becomes part of the text, so that the result is rounded once.
    func value(_ mark: DecimalMark, exponent: Int?) -> Double? {
        var rest = text[...]
        var plain: [UInt8] = []
        func takeSign() {
            if let sign = rest.first, "+-".utf8.contains(sign) { plain.append(rest.removeFirst()) }
        }
        @discardableResult func takeDigits() -> Int {
            let run = rest.prefix { (0x30...0x39).contains($0) }
            plain += run
            rest = rest.dropFirst(run.count)
            return run.count
        }
        takeSign()
        var groups = [takeDigits()]
        let group = mark == .point ? Self.comma : Self.point
        if let separator = rest.first, separator == group || separator == 0x20 || separator == 0x27 {
            while rest.first == separator {
                rest.removeFirst()
                groups.append(takeDigits())
            }
            // In Indian numbers, groups of two digits come before the last group of three.
            let rest = groups.dropFirst()
            let isIndian = separator == group && groups.count > 2 && rest.dropLast().allSatisfy { $0 == 2 }
            guard (1...3).contains(groups[0]),
                rest.allSatisfy({ $0 == 3 }) || isIndian && (2...3).contains(groups[groups.count - 1])
            else { return nil }
        }
        if rest.first == mark.byte {
            rest.removeFirst()
            plain.append(Self.point)
            takeDigits()
        }
        if let exponent {
            plain += "e\(exponent)".utf8
        } else if rest.first == UInt8(ascii: "e") || rest.first == UInt8(ascii: "E") {
            plain.append(rest.removeFirst())
            takeSign()
            takeDigits()
        }
        // `Double` rejects a text without digits. It does not depend on the locale.
        guard rest.isEmpty, let value = Double(String(decoding: plain, as: UTF8.self)), value.isFinite else {
            return nil
        }
        return value
    }
}

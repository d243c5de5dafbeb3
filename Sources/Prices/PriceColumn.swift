import Platform

/// A column of a price file: what it is called here, and how its numbers are written.
///
/// The names here are Yahoo's. A column of any other name is one of plain numbers.
package struct PriceColumn: Hashable {
    let name: String
    let quantity: Quantity

    enum Quantity {
        case price
        /// A number, with K, M or B for thousands, millions or (American) billions.
        case volume
        /// A fraction, or a percentage with its sign.
        case change
        /// A percentage, with its sign or without.
        case percentage
        case number
    }

    static let date = "Date"
    static let close = "Close"
    static let change = "Change"
    /// Those that are read if none are named, as far as a file has them.
    static let known = ["Open", "High", "Low", close, "Adj Close", "Volume", change]

    init(_ name: String) {
        let name = name.trimmed
        (self.name, quantity) =
            switch name.lowercased() {
            case "date": (Self.date, .number)
            case "open": ("Open", .price)
            case "high": ("High", .price)
            case "low": ("Low", .price)
            case "close", "price", "close/last": (Self.close, .price)
            case "adj close", "adj. close", "adjusted close": ("Adj Close", .price)
            case "volume", "vol.", "vol": ("Volume", .volume)
            case "change": (Self.change, .change)
            case "change %": (Self.change, .percentage)
            default: (name, .number)
            }
    }

    /// Whether `other` is the same column, however it is written.
    func isSame(as other: PriceColumn) -> Bool {
        name.lowercased() == other.name.lowercased()
    }

    /// Whether a field holds no value: empty, `null`, `N/A`, `NA` or `-`, as sites write it.
    static func isMissing(_ text: String) -> Bool {
        ["", "null", "n/a", "na", "-"].contains(text.trimmed.lowercased())
    }

    /// The number that a field stands for; nil if it stands for none.
    func value(_ text: String) -> Double? {
        var digits = Array(text.trimmed.utf8)
        // As Nasdaq writes prices.
        if quantity == .price, digits.first == UInt8(ascii: "$") { digits.removeFirst() }
        var exponent: Int?
        switch (quantity, digits.last) {
        case (.volume, UInt8(ascii: "K")): exponent = 3
        case (.volume, UInt8(ascii: "M")): exponent = 6
        case (.volume, UInt8(ascii: "B")): exponent = 9
        case (.change, UInt8(ascii: "%")), (.percentage, UInt8(ascii: "%")): exponent = -2
        default: break
        }
        if exponent != nil {
            digits.removeLast()
        } else if quantity == .percentage {
            exponent = -2
        }
        return number(digits, exponent: exponent)
    }

    /// Whether a number can be what this column measures, and stays finite whatever is computed of it.
    func allows(_ value: Double) -> Bool {
        switch quantity {
        case .price: value >= 1e-30 && value <= 1e30
        case .volume: value >= 0 && value <= 1e30
        case .change, .percentage, .number: abs(value) <= 1e30
        }
    }

    /// What an error says was expected.
    var expectation: String {
        switch quantity {
        case .price: "a price above zero, such as 2183.36 or 2,183.36"
        case .volume: "a volume of zero or more, such as 877000000 or 1.2M"
        case .change: "a relative change, such as 0.0123 or 1.23%"
        case .percentage: "a change in percent, such as 1.23%"
        case .number: "a number, such as 2183.36 or 2,183.36"
        }
    }
}

/// A decimal number with a point: a sign, digits with or without a comma before every three, a fraction, an
/// exponent unless one is given. Nil for everything else, infinities and what overflows to them.
///
/// - Parameter exponent: The power of ten to multiply with; within the text, so that the result is rounded once.
package func number(_ text: [UInt8], exponent: Int?) -> Double? {
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
    let whole = takeDigits()
    while rest.first == UInt8(ascii: ",") {
        rest.removeFirst()
        let isFirst = plain.drop { "+-".utf8.contains($0) }.count == whole
        guard !isFirst || (1...3).contains(whole), takeDigits() == 3 else { return nil }
    }
    if rest.first == UInt8(ascii: ".") {
        plain.append(rest.removeFirst())
        takeDigits()
    }
    if let exponent {
        plain += "e\(exponent)".utf8
    } else if rest.first == UInt8(ascii: "e") || rest.first == UInt8(ascii: "E") {
        plain.append(rest.removeFirst())
        takeSign()
        takeDigits()
    }
    // `Double` refuses what lacks digits, here as everywhere without regard to the locale.
    guard rest.isEmpty, let value = Double(String(decoding: plain, as: UTF8.self)), value.isFinite else {
        return nil
    }
    return value
}

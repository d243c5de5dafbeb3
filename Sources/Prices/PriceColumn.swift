import Platform

/// A column of a price file: its name, and the form of its numbers.
///
/// The names are Yahoo's. A column with any other name has plain numbers.
package struct PriceColumn: Hashable {
    let name: String
    let quantity: Quantity

    enum Quantity {
        case price
        /// A number, with K, M or B for thousands, millions or billions (10⁹).
        case volume
        /// A fraction, or a percentage with its sign.
        case change
        /// A percentage, with or without its sign.
        case percentage
        case number
    }

    static let date = "Date"
    static let close = "Close"
    static let change = "Change"
    /// The columns that are read by default, as far as a file has them.
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

    /// Whether `other` is the same column, without regard to case.
    func isSame(as other: PriceColumn) -> Bool {
        name.lowercased() == other.name.lowercased()
    }

    /// Whether a field has no value: it is empty, `null`, `N/A`, `NA` or `-`, as finance sites write it.
    static func isMissing(_ text: String) -> Bool {
        ["", "null", "n/a", "na", "-"].contains(text.trimmed.lowercased())
    }

    /// The number in a field; nil if the text is no number.
    func value(_ text: String) -> Double? {
        var digits = Array(text.trimmed.utf8)
        // Nasdaq writes prices with a dollar sign.
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
        return Self.number(digits, exponent: exponent)
    }

    /// Whether a number is possible in this column, and small enough that nothing computed from it overflows.
    func allows(_ value: Double) -> Bool {
        switch quantity {
        case .price: value >= 1e-30 && value <= 1e30
        case .volume: value >= 0 && value <= 1e30
        case .change, .percentage, .number: abs(value) <= 1e30
        }
    }

    /// The description of a valid number, for errors.
    var expectation: String {
        switch quantity {
        case .price: "a price above zero, such as 2183.36 or 2,183.36"
        case .volume: "a volume of zero or more, such as 877000000 or 1.2M"
        case .change: "a relative change, such as 0.0123 or 1.23%"
        case .percentage: "a change in percent, such as 1.23%"
        case .number: "a number, such as 2183.36 or 2,183.36"
        }
    }

    /// The value of a decimal number with a point: a sign, digits with or without a comma before every three, a
    /// fraction, and an exponent unless one is given. Nil for everything else, for infinities and for numbers too
    /// large.
    ///
    /// - Parameter exponent: The power of ten by which the number is multiplied. It becomes part of the text, so that
    ///   the result is rounded once.
    static func number(_ text: [UInt8], exponent: Int?) -> Double? {
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
        // `Double` refuses a text without digits. It does not depend on the locale.
        guard rest.isEmpty, let value = Double(String(decoding: plain, as: UTF8.self)), value.isFinite else {
            return nil
        }
        return value
    }
}

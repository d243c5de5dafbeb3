import CSV
import Platform

/// A column of a price file: its name, and the form of its numbers.
///
/// The names are Yahoo's; names of other sites and languages are mapped to them. A column with any other name has plain
/// numbers.
package struct PriceColumn: Hashable {
    let name: String
    let quantity: Quantity

    enum Quantity {
        case price
        /// A number, with K, M, B or T for thousands, millions, billions (10⁹) or trillions.
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
    static let ticker = "Ticker"
    /// The columns that are read by default, if a file has them.
    static let known = ["Open", "High", "Low", close, "Adj Close", "Volume", change]

    init(_ name: String) {
        var name = name.trimmed
        // stooq.com writes names in angle brackets: <OPEN>.
        if name.hasPrefix("<"), name.hasSuffix(">"), name.utf8.count > 2 {
            name = String(name.dropFirst().dropLast())
        }
        (self.name, quantity) = Self.meaning(of: name) ?? (name, .number)
    }

    /// Returns whether a name belongs to a column of dates.
    ///
    /// - Parameter other: A name in addition to the known ones.
    static func isDate(_ name: String, named other: String?) -> Bool {
        guard name.utf8.count <= 64 else { return false }
        return PriceColumn(name).name == date
            || other.map { $0.trimmed.lowercased() == name.lowercased() } ?? false
    }

    /// Returns whether `other` is the same column, ignoring case.
    func isSame(as other: PriceColumn) -> Bool {
        name.lowercased() == other.name.lowercased()
    }

    /// Returns whether a field has no value: it is empty, a dash, or one of the words that sites and programs write for
    /// a missing number.
    static func isMissing(_ text: String) -> Bool {
        // Nearly all fields begin with a digit, and no word for a missing value does.
        if let first = text.utf8.first, (0x30...0x39).contains(first) { return false }
        // The longest word has four characters.
        guard text.utf8.count <= 16 else { return text.trimmed.isEmpty }
        return missing.contains(text.trimmed.lowercased())
    }

    private static let missing: Set<String> = [
        "", "null", "none", "nil", "nan", "-nan", "na", "n/a", "n.a.", "#n/a", "#na", "<na>", "-", "--", "–",
        "—",
        ".",
    ]

    /// Returns the number in a field; nil if the text is not a number.
    func value(_ text: String, mark: DecimalMark = .point) -> Double? {
        if quantity != .percentage, let plain = PlainNumber(Array(text.utf8)[...]),
            !plain.hasPoint || mark == .point
        {
            return plain.value
        }
        guard text.utf8.count <= Self.longestNumber else { return nil }
        let (digits, exponent) = parts(of: text)
        return WrittenNumber(digits)?.value(mark, exponent: exponent)
    }

    /// Returns the number of a field as it is written, without the symbols of its quantity; nil if the text is not a
    /// number.
    func writtenNumber(_ text: String) -> WrittenNumber? {
        text.utf8.count <= Self.longestNumber ? WrittenNumber(parts(of: text).digits) : nil
    }

    /// The maximum length of a number, in bytes. Parsing longer texts may take time that grows with the square of their
    /// length.
    private static let longestNumber = 400

    /// Returns the text without currency, unit or percent sign, and the power of ten that these mean.
    private func parts(of text: String) -> (digits: [UInt8], exponent: Int?) {
        let text = quantity == .price ? Self.withoutCurrency(text.trimmed) : text.trimmed
        var digits = Array(text.utf8)
        var exponent: Int?
        switch (quantity, digits.last.map { $0 & 0xDF }) {
        case (.volume, UInt8(ascii: "K")): exponent = 3
        case (.volume, UInt8(ascii: "M")): exponent = 6
        case (.volume, UInt8(ascii: "B")): exponent = 9
        case (.volume, UInt8(ascii: "T")): exponent = 12
        case (.change, _), (.percentage, _):
            if digits.last == UInt8(ascii: "%") { exponent = -2 }
        default: break
        }
        if exponent != nil {
            digits.removeLast()
            while digits.last == 0x20 { digits.removeLast() }
        } else if quantity == .percentage {
            exponent = -2
        }
        return (digits, exponent)
    }

    /// Returns a price without the sign or the code of one currency before or after it.
    private static func withoutCurrency(_ text: String) -> String {
        guard let first = text.utf8.first, let last = text.utf8.last else { return text }
        let isDigit = { (byte: UInt8) in (0x30...0x39).contains(byte) || byte == 0x2E }
        if isDigit(first), isDigit(last) { return text }
        for currency in currencies {
            if text.hasPrefix(currency) { return String(text.dropFirst(currency.count)).trimmed }
            if text.hasSuffix(currency) { return String(text.dropLast(currency.count)).trimmed }
        }
        return text
    }

    private static let currencies = [
        "US$", "HK$", "R$", "A$", "C$", "NT$", "S$", "$", "€", "£", "¥", "￥", "₩", "￦", "₹", "₽", "₫", "฿",
        "₺", "₴",
        "원", "円", "元", "USD", "EUR", "GBP", "JPY", "KRW", "INR", "CNY", "HKD", "CHF", "Rs.", "Rs",
    ]

    /// Returns whether a number is possible in this column, and small enough that nothing computed from it overflows.
    func allows(_ value: Double) -> Bool {
        guard abs(value) <= Self.greatest else { return false }
        return switch quantity {
        case .price: value >= 1e-30
        case .volume: value >= 0
        case .change, .percentage, .number: true
        }
    }

    /// The maximum magnitude of a number.
    private static let greatest = 1e30

    /// Returns the description of the possible numbers, for an error about `value`.
    func limit(_ value: Double) -> String {
        if abs(value) > Self.greatest { return "a number of at most 1e30" }
        return quantity == .price && value > 0 ? "a price of at least 1e-30" : expectation
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
}

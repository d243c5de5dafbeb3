import ElementaryFunctions
import Platform

/// Formats numbers for people, in the same way in every locale.
package enum TextFormat {
    /// Returns `value` with `decimals` (0 to 9) digits after the point, rounded as C's `printf` does: 0.125 gives
    /// "0.12" for two. Very large numbers, infinities and NaN are written as Swift writes them.
    package static func fixed(_ value: Double, decimals: Int) -> String {
        precondition(
            (0...9).contains(decimals), "TextFormat.fixed: expected 0 to 9 decimals, received \(decimals)")
        var scale = 1
        for _ in 0..<decimals { scale *= 10 }
        guard value.magnitude < 1e15 / Double(scale) else { return value.description }

        let digits = Int(roundedProduct(value.magnitude, Double(scale)))
        let sign = value.sign == .minus ? "-" : ""
        guard decimals > 0 else { return "\(sign)\(digits)" }
        return "\(sign)\(digits / scale).\((digits % scale).padded(to: decimals))"
    }

    /// Returns the integer nearest to the exact product; ties go to the even integer.
    private static func roundedProduct(_ value: Double, _ scale: Double) -> Double {
        let product = value * scale
        let nearest = product.rounded(.toNearestOrEven)
        guard (product - product.rounded(.down)) == 0.5 else { return nearest }
        // The floating-point product was rounded to a tie; its rounding error decides.
        let lost = (-product).addingProduct(value, scale)
        if lost == 0 { return nearest }
        return lost > 0 ? product.rounded(.up) : product.rounded(.down)
    }

    /// Returns a number with thousands separators: "14,410".
    package static func grouped(_ value: Int) -> String {
        let digits = String(value.magnitude)
        var text = value < 0 ? "-" : ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0 { text += "," }
            text.append(digit)
        }
        return text
    }

    /// Returns a description of data as files store it, "60000 images of 28 × 28", with thousands separators in its
    /// counts of images and rows.
    package static func groupedCounts(in text: String) -> String {
        text.replacing(/\b[0-9]{4,18}(?= (?:images|rows)\b)/) { match in
            Int(match.0).map(grouped) ?? String(match.0)
        }
    }

    /// Returns a number and a noun: "1 layer", "1,200 layers".
    package static func count(_ number: Int, _ noun: String) -> String {
        "\(grouped(number)) \(noun)\(number == 1 ? "" : "s")"
    }

    /// Returns a duration: "0:12", "12:05", "1:02:03"; "-:--" for an invalid one.
    package static func duration(seconds: Double) -> String {
        guard seconds >= 0, seconds < 1e9 else { return "-:--" }
        let total = Int(seconds.rounded())
        let (hours, minutes) = (total / 3600, total / 60 % 60)
        let tail = (total % 60).padded(to: 2)
        return hours > 0 ? "\(hours):\(minutes.padded(to: 2)):\(tail)" : "\(minutes):\(tail)"
    }

    /// Returns the seconds in "90s", "10m", "1.5h" or "2d"; nil for any other text and for zero.
    package static func seconds(_ text: String) -> Double? {
        let units: [Character: Double] = ["s": 1, "m": 60, "h": 3600, "d": 86_400]
        guard let unit = text.last.flatMap({ units[$0] }), let number = Double(text.dropLast()),
            number > 0, number * unit < 1e9
        else { return nil }
        return number * unit
    }

    /// Returns a size in bytes: "512 B", "56.3 KiB", "1.2 MiB".
    package static func bytes(_ count: Int) -> String {
        var (value, unit) = (Double(count), 0)
        let units = ["B", "KiB", "MiB", "GiB", "TiB"]
        while value >= 1024, unit < units.count - 1 {
            value /= 1024
            unit += 1
        }
        return "\(fixed(value, decimals: unit == 0 ? 0 : 1)) \(units[unit])"
    }

    /// Returns `value` rounded to `digits` (1 to 9) significant digits, as short as possible: 0.005, 1.73e-08.
    package static func significant(_ value: Double, digits: Int) -> String {
        precondition(
            (1...9).contains(digits), "TextFormat.significant: expected 1 to 9 digits, received \(digits)")
        guard value.isFinite, value != 0 else { return value.description }
        let exponent = Int(Elementary.log10(value.magnitude).rounded(.down))
        // Powers of ten up to 22 are exact, and so is the number nearest to the rounded one.
        let shift = digits - 1 - exponent
        guard abs(shift) <= 22 else { return value.description }
        let power = Elementary.pow(10, Double(abs(shift)))
        return (shift >= 0 ? (value * power).rounded() / power : (value / power).rounded() * power)
            .description
    }

    /// Returns the number of decimals (0 to 9) that shows the smallest of these numbers with the wanted significant
    /// digits. Zeros and numbers that are not finite are ignored.
    package static func decimals(of values: [Double], digits: Int) -> Int {
        let smallest = values.map(\.magnitude).filter { $0.isFinite && $0 > 0 }.min() ?? 1
        var (decimals, limit) = (digits - 1, 1.0)
        while limit > smallest, decimals < 9 { (decimals, limit) = (decimals + 1, limit / 10) }
        limit = 10
        while limit <= smallest, decimals > 0 { (decimals, limit) = (decimals - 1, limit * 10) }
        return decimals
    }

    /// Returns words as a list: "a, b and c".
    package static func list(_ words: [String], joinedBy conjunction: String = "and") -> String {
        guard let last = words.last, words.count > 1 else { return words.joined() }
        return "\(words.dropLast().joined(separator: ", ")) \(conjunction) \(last)"
    }
}

/// The figures of runs, each in one format everywhere.
extension TextFormat {
    /// Returns a percentage with two decimals: "98.45".
    package static func percent(_ value: Double) -> String { fixed(value, decimals: 2) }

    /// Returns a loss with four decimals, "0.0543", or with three significant digits if those would be zeros,
    /// "3.12e-05".
    package static func loss(_ value: Double) -> String {
        value.magnitude < 0.000_05 && value != 0 ? scientific(value, digits: 3) : fixed(value, decimals: 4)
    }

    /// Returns a duration in words: "3.2 s", "12 min 5 s", "3 h 20 min".
    package static func timeSpan(_ seconds: Double) -> String { Language.english.timeSpan(seconds) }

    /// Returns a time in a readable form: "2026-01-31 23:59:59 UTC" for "2026-01-31T23:59:59Z".
    package static func readableTime(_ time: String) -> String {
        guard time.utf8.count == 20, time.hasSuffix("Z") else { return time }
        return time.dropLast().split(separator: "T").joined(separator: " ") + " UTC"
    }
}

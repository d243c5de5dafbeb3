import Console
import ElementaryFunctions
import Platform
import Randomness
import Runs

/// An option of `train` and the values that a sweep tries.
package struct SweepAxis: Hashable, Sendable {
    /// The option's name without its dashes: "learning-rate".
    package let option: String
    package let values: Values

    package enum Values: Hashable, Sendable {
        /// A list of values, as written on the command line; "true" and "false" for a flag.
        case list([String])
        /// A range for random search, sampled log-uniformly; whole numbers if both ends are whole.
        case range(lower: Double, upper: Double, isWhole: Bool)
    }

    /// - Parameters:
    ///   - text: `learning-rate=0.002,0.005,0.01` or, for random search, `learning-rate=0.001..0.02`. Spaces around names
    ///     and values are ignored.
    ///   - program: The program with the command `train`.
    package init(_ text: String, of program: Program) throws(OptionError) {
        guard let sign = text.firstIndex(of: "="), sign > text.startIndex else {
            throw OptionError(
                "--set \(text.quoted): expected OPTION=VALUE,VALUE or OPTION=LOWEST..HIGHEST, as in "
                    + "cell=lstm,gru")
        }
        option = String(text[..<sign].trimmed.drop { $0 == "-" })
        let values = text[text.index(after: sign)...].trimmed
        guard option.utf8.allSatisfy({ (97...122).contains($0) || (48...57).contains($0) || $0 == 45 }),
            !option.isEmpty
        else {
            throw OptionError(
                "--set \(text.quoted): \(option.quoted) is not the name of an option; expected an option of train, "
                    + "as in learning-rate=0.002,0.005")
        }
        try SweepPlan.checkSettable(option, of: program)
        if let range = try Self.range(values, in: text) {
            self.values = range
        } else {
            self.values = try Self.list(values, in: text)
        }
    }

    private init(option: String, values: Values) {
        self.option = option
        self.values = values
    }

    /// Returns the axis with other values, such as paths in place of the names of runs.
    ///
    /// - Parameter replace: Returns the words of a command line, each value replaced.
    /// - Throws: ``OptionError`` if two values become the same; the errors of `replace`.
    package func resolved(by replace: ([String]) throws -> [String]) throws -> SweepAxis {
        guard case .list(let list) = values else { return self }
        let resolved = try list.map { try replace(["--" + option, $0])[1] }
        for second in resolved.indices {
            guard let first = resolved[..<second].firstIndex(of: resolved[second]) else { continue }
            throw OptionError(
                "--set \(option): \(list[first].quoted) and \(list[second].quoted) are both \(resolved[first]); remove one of them"
            )
        }
        return SweepAxis(option: option, values: .list(resolved))
    }

    private static func list(_ values: String, in text: String) throws(OptionError) -> Values {
        let list = values.split(separator: ",", omittingEmptySubsequences: false).map(\.trimmed)
        guard list.allSatisfy({ !$0.isEmpty }) else {
            throw OptionError(
                "--set \(text.quoted): expected a value before and after each comma, found none")
        }
        if let twice = list.indices.first(where: { list[..<$0].contains(list[$0]) }) {
            throw OptionError("--set \(text.quoted): \(list[twice]) is given twice")
        }
        return .list(list)
    }

    private static func range(_ values: String, in text: String) throws(OptionError) -> Values? {
        // A path may begin with two dots.
        guard !values.hasPrefix("."), let dots = values.firstRange(of: "..") else { return nil }
        let ends = [values[..<dots.lowerBound].trimmed, values[dots.upperBound...].trimmed]
        guard let lower = Double(ends[0]), let upper = Double(ends[1]), lower > 0, lower < upper,
            upper.isFinite
        else {
            throw OptionError(
                "--set \(text.quoted): expected two positive numbers, the lower one first, as in 0.001..0.02"
            )
        }
        let isWhole = ends.allSatisfy { Int($0) != nil }
        guard !isWhole || upper <= Self.greatestWholeNumber else {
            throw OptionError(
                "--set \(text.quoted): expected whole numbers up to 9007199254740992 (2^53), which are sampled exactly"
            )
        }
        return .range(lower: lower, upper: upper, isWhole: isWhole)
    }

    /// The greatest number up to which every whole number is a `Double`: 2^53.
    private static let greatestWholeNumber = 0x1p53

    /// Samples a value.
    ///
    /// - Returns: The value as text for a command line.
    package func draw(from random: inout SplitMix64) -> String {
        switch values {
        case .list(let list): return list[random.nextIndex(below: list.count)]
        case .range(let lower, let upper, let isWhole):
            let value = lower * Elementary.pow(upper / lower, Double(random.nextUnit()))
            if isWhole { return String(Int(value.rounded())) }
            return TextFormat.significant(value, digits: 4)
        }
    }
}

/// The seeds in a text such as `0-9`, `0,1,5` or `0-3,7`.
package struct SweepSeeds: Hashable, Sendable {
    package static let limit = 10_000

    package let values: [UInt64]

    package init(_ text: String) throws(OptionError) {
        var values: [UInt64] = []
        var known: Set<UInt64> = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let ends = part.trimmed.split(separator: "-", omittingEmptySubsequences: false).map { UInt64($0) }
            guard (1...2).contains(ends.count), let first = ends[0], let last = ends[ends.count - 1],
                first <= last
            else {
                throw OptionError(
                    "--seeds \(text.quoted): expected numbers and ranges, as in 0-9 or 0-3,7, found "
                        + String(part).quoted)
            }
            guard last - first < UInt64(Self.limit - values.count) else {
                throw OptionError("--seeds \(text.quoted): expected at most \(Self.limit) seeds, found more")
            }
            for seed in first...last {
                guard known.insert(seed).inserted else {
                    throw OptionError("--seeds \(text.quoted): \(seed) is given twice")
                }
                values.append(seed)
            }
        }
        self.values = values
    }
}

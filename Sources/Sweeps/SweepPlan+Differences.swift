import Console
import Platform

extension SweepPlan {
    /// Returns the differences between this plan and another, a line each: "--epochs: 5 in its plan, 10 in this command".
    ///
    /// - Parameter former: The other plan, which existed before.
    func differences(from former: SweepPlan) -> [String] {
        var lines: [String] = []
        func compare(_ name: String, _ there: String?, _ here: String?) {
            if there != here {
                lines.append(
                    "\(name): \(there ?? "not given") in its plan, \(here ?? "not given") in this command")
            }
        }
        guard former.program == program else {
            compare("program", former.program ?? Self.formerProgram, program ?? Self.formerProgram)
            return lines
        }
        let (there, here) = (former.baseOptions, baseOptions)
        for name in Self.joined(there.map(\.name), here.map(\.name)) {
            func value(_ options: [(name: String, value: String)]) -> String? {
                options.last { $0.name == name }?.value
            }
            compare(name, value(there), value(here))
        }
        for option in Self.joined(former.options, options) {
            compare("--set \(option)", former.values(of: option), values(of: option))
        }
        compare("--seeds", former.seedText, seedText)
        compare("--until", former.until.map { "\($0)" }, until.map { "\($0)" })
        // The plans have the same options in another order, or the same values in other combinations.
        return lines.isEmpty ? ["the same options in another order or other combinations"] : lines
    }

    /// The options of all entries with their values; "given" for a flag.
    private var baseOptions: [(name: String, value: String)] {
        var options: [(name: String, value: String)] = []
        for word in base {
            if word.hasPrefix("--") {
                let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                options.append((String(parts[0]), parts.count > 1 ? String(parts[1]) : "given"))
            } else if let last = options.indices.last, options[last].value == "given" {
                options[last].value = word
            } else {
                options.append((word, "given"))
            }
        }
        return options
    }

    /// Returns the values of an option in the settings, in their order: "0.002, 0.005"; nil if the settings do not have
    /// the option.
    private func values(of option: String) -> String? {
        guard let place = options.firstIndex(of: option) else { return nil }
        var values: [String] = []
        var known: Set<String> = []
        for setting in settings where known.insert(setting[place]).inserted { values.append(setting[place]) }
        return values.prefix(20).joined(separator: ", ") + (values.count > 20 ? ", …" : "")
    }

    /// The seeds in the form of `--seeds`: "0-9,12".
    private var seedText: String {
        var ranges: [ClosedRange<UInt64>] = []
        for seed in seeds {
            if let last = ranges.last, last.upperBound < seed, last.upperBound == seed - 1 {
                ranges[ranges.count - 1] = last.lowerBound...seed
            } else {
                ranges.append(seed...seed)
            }
        }
        return ranges.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }
            .joined(separator: ",")
    }

    /// Returns the first list, followed by the elements that only the second has, each once.
    private static func joined(_ one: [String], _ other: [String]) -> [String] {
        var known: Set<String> = []
        return (one + other).filter { known.insert($0).inserted }
    }
}

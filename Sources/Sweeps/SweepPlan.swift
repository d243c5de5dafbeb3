import Console
import Platform
import Randomness
import Runs

/// The content of `plan.json`: the runs of a sweep, each setting with each seed.
package struct SweepPlan: Codable, Hashable, Sendable {
    /// The options of all entries, as arguments of `train`.
    package let base: [String]
    /// The options that differ between settings, without their dashes.
    package let options: [String]
    /// The settings: one value for each of the options, as text for a command line.
    package let settings: [[String]]
    package let seeds: [UInt64]
    package let entries: [Entry]
    /// The program with the command `train`; nil for ``formerProgram``, as in plans of versions in which only it had
    /// sweeps.
    package let program: String?
    /// The error probability with which settings that cannot win are paused, see ``SweepRace``; nil to train each setting
    /// with all seeds.
    package private(set) var until: Double?

    /// One training.
    package struct Entry: Codable, Hashable, Sendable {
        /// The entry's position in the plan, from 0.
        package let index: Int
        /// The position of its setting in ``SweepPlan/settings``.
        package let setting: Int
        package let seed: UInt64

        /// The name: "entry-0007".
        package var name: String { "entry-\(index.padded(to: 4))" }
    }

    /// The program of a plan that names none.
    package static let formerProgram = "mnist-bilstm"

    /// The maximum number of settings, and of entries.
    package static let limit = 100_000

    /// The limits of the file: the maximum number of settings, each with all options that can vary, and the maximum
    /// number of entries.
    static let fileLimits = JSON.Limits(bytes: 256 << 20, values: 8_000_000)

    /// - Parameters:
    ///   - program: The program with the command `train`.
    ///   - base: The options of all entries, as arguments of `train`.
    ///   - axes: The options that vary; if there are none, there is one setting.
    ///   - seeds: The seeds with which each setting is trained.
    ///   - draws: The number of settings to sample (random search); all combinations of the axes' values if nil.
    ///   - drawSeed: The seed of the random search.
    ///   - until: The error probability with which settings that cannot win are paused; nil to pause none.
    /// - Throws: ``OptionError`` for options that a sweep cannot have, and for too many entries.
    package init(
        of program: Program, base: [String], axes: [SweepAxis], seeds: SweepSeeds, draws: Int? = nil,
        drawSeed: UInt64 = 0, until: Double? = nil
    ) throws(OptionError) {
        try Self.check(base: base, axes: axes, of: program)
        self.program = program.ownsUnnamedRuns ? nil : program.name
        self.base = base
        options = axes.map(\.option)
        if let draws {
            settings = try Self.draw(draws, of: axes, seed: drawSeed)
        } else {
            settings = try Self.grid(axes)
        }
        self.seeds = seeds.values
        self.until = until
        if let complaint = Self.complaint(until: until, settings: settings.count) {
            throw OptionError("--until: \(complaint)")
        }
        guard settings.count <= Self.limit / seeds.values.count else {
            throw OptionError(
                "\(settings.count) settings × \(seeds.values.count) seeds: expected at most \(Self.limit) entries; "
                    + "sample fewer settings with --random")
        }
        entries = Self.entries(settings.count, self.seeds)
    }

    /// Returns the entries, ordered by seed and then by setting, so that settings can be compared early.
    private static func entries(_ settings: Int, _ seeds: [UInt64]) -> [Entry] {
        seeds.flatMap { seed in (0..<settings).map { (setting: $0, seed: seed) } }.enumerated()
            .map { Entry(index: $0, setting: $1.setting, seed: $1.seed) }
    }

    /// Returns the reason why settings cannot be compared with an error probability; nil if they can.
    private static func complaint(until: Double?, settings: Int) -> String? {
        guard let until else { return nil }
        guard SweepRace.errorProbabilities.contains(until) else {
            return "expected \(SweepRace.boundsText), found \(until)"
        }
        guard settings > 1 else {
            return
                "expected at least 2 settings to compare, found \(settings); give --set with several values"
        }
        guard settings <= SweepRace.mostSettings else {
            return
                "expected at most \(SweepRace.mostSettings) settings, found \(settings); try fewer values, or sample "
                + "fewer settings with --random"
        }
        return nil
    }

    /// Returns the same plan with another error probability.
    func with(until: Double) -> SweepPlan {
        var plan = self
        plan.until = until
        return plan
    }

    private static func grid(_ axes: [SweepAxis]) throws(OptionError) -> [[String]] {
        var settings: [[String]] = [[]]
        for axis in axes {
            guard case .list(let values) = axis.values else {
                throw OptionError(
                    "--set \(axis.option): a range needs --random, the number of settings to sample")
            }
            guard settings.count <= limit / values.count else {
                throw OptionError(
                    "expected at most \(limit) settings, found more; sample fewer with --random")
            }
            settings = settings.flatMap { setting in values.map { setting + [$0] } }
        }
        return settings
    }

    /// Samples distinct settings, in the order in which they are drawn.
    private static func draw(
        _ count: Int, of axes: [SweepAxis], seed: UInt64
    ) throws(OptionError) -> [[String]] {
        guard !axes.isEmpty else { throw OptionError("--random has an effect only with --set") }
        var settings: [[String]] = []
        var known: Set<[String]> = []
        var attempt: UInt64 = 0
        while settings.count < count {
            var random = SplitMix64(seed, attempt)
            let setting = axes.map { $0.draw(from: &random) }
            if known.insert(setting).inserted { settings.append(setting) }
            attempt += 1
            guard attempt < 1000 * UInt64(count) else {
                throw OptionError(
                    "--random \(count): expected at most the number of different settings, found only "
                        + "\(settings.count)")
            }
        }
        return settings
    }
}

extension SweepPlan {
    /// Returns the names of the options of a program that have a place in sweeps, without their dashes.
    private static func options(of program: Program, _ place: OptionInSweep) -> Set<String> {
        Set(program.options.filter { $0.inSweep == place }.map { String($0.name.dropFirst(2)) })
    }

    /// Returns the names of options that a sweep sets itself.
    private static func own(of program: Program) -> Set<String> {
        options(of: program, .decided).union(["no-test", "resume", "allow-changes", "page"])
    }

    static func checkSettable(_ option: String, of program: Program) throws(OptionError) {
        if option == "seed" { throw OptionError("--set seed: give the seeds with --seeds") }
        guard !own(of: program).contains(option) else {
            throw OptionError("--set \(option): a sweep sets this option for each entry")
        }
        guard !options(of: program, .common).contains(option) else {
            throw OptionError(
                "--set \(option): entries can be compared only if this option is the same for all; give it without --set"
            )
        }
    }

    private static func check(
        base: [String], axes: [SweepAxis], of program: Program
    ) throws(OptionError) {
        let own = own(of: program)
        for (index, axis) in axes.enumerated()
        where axes[..<index].contains(where: { $0.option == axis.option }) {
            throw OptionError("--set \(axis.option) is given twice; give all its values in one --set")
        }
        for word in base where word.hasPrefix("--") {
            let option = String(word.dropFirst(2).prefix { $0 != "=" })
            if option == "seed" { throw OptionError("--seed: give the seeds of a sweep with --seeds") }
            guard !own.contains(option) else {
                throw OptionError(
                    "--\(option) cannot be given for a sweep, which sets it for each entry")
            }
            guard !axes.contains(where: { $0.option == option || "no-\($0.option)" == option }) else {
                throw OptionError(
                    "--\(option) is given both for all entries and with --set; remove one of them")
            }
        }
    }

    /// Checks that `train` accepts each setting, that all settings use the same data, and that no two settings train the
    /// same weights.
    ///
    /// - Parameter options: Reads the options from the arguments of `train`, or throws the reason why they are invalid.
    /// - Throws: ``OptionError``.
    package func check<Options: ClassifierOptions>(_ options: ([String]) throws -> Options) throws {
        var first: Options?
        // The position of a setting, by the values of the options that affect the weights.
        var known: [[JSONValue]: Int] = [:]
        for setting in settings.indices {
            let chosen = try chosen(setting, options)
            first = first ?? chosen
            guard chosen.sameInSweep == first?.sameInSweep else {
                let names = Options.program.options.filter { $0.inSweep == .common }.map(\.name)
                throw OptionError(
                    "\(title(of: 0)) and \(title(of: setting)) use different \(Options.sample.plural) ("
                        + names.filter { $0 != "--validation" }.joined(separator: ", ")
                        + " or --validation in their recipes) and cannot be compared")
            }
            if let same = known.updateValue(setting, forKey: chosen.weights) {
                throw OptionError(
                    "\(title(of: same)) and \(title(of: setting)) train the same weights: they differ only in options "
                        + "that do not affect training; remove one of them")
            }
        }
    }

    private func chosen<Options: ClassifierOptions>(
        _ setting: Int, _ options: ([String]) throws -> Options
    ) throws -> Options {
        let chosen: Options
        do {
            chosen = try options(arguments(of: Entry(index: setting, setting: setting, seed: seeds[0])))
        } catch {
            throw OptionError(self.options.isEmpty ? "\(error)" : "\(title(of: setting)): \(error)")
        }
        guard chosen.hasValidation else {
            throw OptionError(
                "--validation is missing: settings are compared on a validation set, as in "
                    + "--validation \(Options.validationExample)")
        }
        return chosen
    }

    /// Returns the arguments of `train` for an entry, without directories.
    package func arguments(of entry: Entry) -> [String] {
        let values = zip(options, settings[entry.setting]).flatMap { option, value in
            switch value {
            case "true": ["--\(option)"]
            case "false": ["--no-\(option)"]
            default: ["--\(option)", value]
            }
        }
        return base + values + ["--seed", "\(entry.seed)"]
    }

    /// Returns the arguments of `train` for an entry on the whole training set, without a validation set.
    package func argumentsOnWholeSet(of entry: Entry) -> [String] {
        var words: [String] = []
        var isValue = false
        for word in arguments(of: entry) {
            if isValue {
                isValue = false
                continue
            }
            let option = word.prefix { $0 != "=" }
            guard option == "--validation" || option == "--early-stopping" else {
                words.append(word)
                continue
            }
            isValue = option == word
        }
        // A recipe may also set a validation set, and a text has one by default.
        let sets = words.contains { $0.hasPrefix("--recipe") || $0.hasPrefix("--text") }
        return words + (sets ? ["--validation", "0"] : [])
    }

    /// Returns the setting in words: "learning-rate 0.002, cell gru".
    package func title(of setting: Int) -> String {
        if options.isEmpty { return Language.english.text(SweepTitle.asGiven) }
        return zip(options, settings[setting]).map { "\($0) \($1)" }.joined(separator: ", ")
    }

    /// Returns the values of the setting: "0.002, gru".
    func shortTitle(of setting: Int) -> String {
        options.isEmpty ? title(of: setting) : settings[setting].joined(separator: ", ")
    }

    /// The size in words: "3 settings × 10 seeds, 30 entries"; with `--until` "2 settings × up to 100 seeds, at most 200
    /// entries".
    package var size: String {
        func count(_ number: Int, _ one: String, _ many: String) -> String {
            "\(TextFormat.grouped(number)) \(number == 1 ? one : many)"
        }
        let (upTo, atMost) = until == nil ? ("", "") : ("up to ", "at most ")
        return count(settings.count, "setting", "settings") + " × " + upTo
            + count(seeds.count, "seed", "seeds") + ", " + atMost + count(entries.count, "entry", "entries")
    }

    /// Returns the entries as a table for people.
    package func table() -> String {
        var table = TextTable(
            [.init("Entry", .right), .init("Setting"), .init("Seed", .right)], style: .plain)
        for entry in entries { table.append(["\(entry.index)", title(of: entry.setting), "\(entry.seed)"]) }
        return table.rendered().printable
    }

    /// Returns a name that depends only on the plan's content: "learning-rate-cell-3fa2b1".
    package func defaultName() throws -> String {
        var digest = SHA256()
        digest.update(Array(try JSON.text(self, pretty: false).utf8))
        return (options.isEmpty ? ["seeds"] : options).joined(separator: "-").prefix(80)
            + "-\(digest.hexDigest.prefix(6))"
    }

    /// Returns whether the result of an entry counts in a sweep with `--until`.
    func counts(_ entry: Entry, in race: SweepRace) -> Bool {
        race.counts(setting: entry.setting, seed: entry.index / settings.count)
    }

    /// Returns whether an entry may be needed in a sweep with `--until`.
    func needs(_ entry: Entry, in race: SweepRace) -> Bool {
        race.needs(setting: entry.setting, seed: entry.index / settings.count)
    }

    /// The reason why a plan read from a file is invalid; nil if it is valid.
    package var impossible: String? {
        if settings.isEmpty || seeds.isEmpty { return "expected settings and seeds, found none" }
        if settings.contains(where: { $0.count != options.count }) {
            return
                "expected a value for each of \(options.count) options in each setting, found another number"
        }
        if let complaint = Self.complaint(until: until, settings: settings.count) {
            return "until: \(complaint)"
        }
        // The number is checked first: the product of the counts in a file may be too large to build its entries.
        if entries.count == settings.count * seeds.count, entries == Self.entries(settings.count, seeds) {
            return nil
        }
        return "expected each setting with each seed as entries 0, 1, …, found others"
    }
}

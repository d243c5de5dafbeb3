import Console
import ImageClassification
import Platform
import Randomness
import Runs

/// `plan.json`: all that a sweep is to train, each setting with each seed.
package struct SweepPlan: Codable, Hashable, Sendable {
    /// Options of `train` that all entries have, as its command line has them.
    package let base: [String]
    /// The options in which settings differ, without their dashes.
    package let options: [String]
    /// Of each setting a value for each of the options.
    package let settings: [[String]]
    package let seeds: [UInt64]
    package let entries: [Entry]

    /// One training.
    package struct Entry: Codable, Hashable, Sendable {
        /// From 0 on.
        package let index: Int
        /// Its place among the settings.
        package let setting: Int
        package let seed: UInt64

        /// "entry-0007"
        package var name: String { "entry-\(index.padded(to: 4))" }
    }

    package static let limit = 100_000

    /// - Parameters:
    ///   - base: options of `train` for all entries, as its command line has them.
    ///   - axes: the options that vary; without any there is one setting.
    ///   - seeds: those that each setting is trained with.
    ///   - draws: how many settings to draw; all combinations of the axes' values if nil.
    ///   - drawSeed: decides what is drawn.
    package init(
        base: [String], axes: [SweepAxis], seeds: SweepSeeds, draws: Int? = nil, drawSeed: UInt64 = 0
    ) throws(OptionError) {
        try Self.check(base: base, axes: axes)
        self.base = base
        options = axes.map(\.option)
        if let draws {
            settings = try Self.draw(draws, of: axes, seed: drawSeed)
        } else {
            settings = try Self.grid(axes)
        }
        self.seeds = seeds.values
        guard settings.count <= Self.limit / seeds.values.count else {
            throw OptionError(
                "\(settings.count) settings × \(seeds.values.count) seeds: expected at most \(Self.limit) entries; "
                    + "try some of them by --random")
        }
        entries = Self.entries(settings.count, self.seeds)
    }

    /// All settings of a seed before the next, so that they can be compared from early on.
    private static func entries(_ settings: Int, _ seeds: [UInt64]) -> [Entry] {
        seeds.flatMap { seed in (0..<settings).map { (setting: $0, seed: seed) } }.enumerated()
            .map { Entry(index: $0, setting: $1.setting, seed: $1.seed) }
    }

    private static func grid(_ axes: [SweepAxis]) throws(OptionError) -> [[String]] {
        var settings: [[String]] = [[]]
        for axis in axes {
            guard case .list(let values) = axis.values else {
                throw OptionError(
                    "--set \(axis.option): a range has no end of values; say how many by --random")
            }
            guard settings.count <= limit / values.count else {
                throw OptionError(
                    "expected at most \(limit) settings, found more; try some of them by --random")
            }
            settings = settings.flatMap { setting in values.map { setting + [$0] } }
        }
        return settings
    }

    /// Different ones, in the order in which they were drawn.
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
                    "--random \(count): expected at most as many as there are different settings, found only "
                        + "\(settings.count)")
            }
        }
        return settings
    }
}

extension SweepPlan {
    /// Words of a command line that a sweep decides for each of its trainings.
    private static let own: Set<String> = {
        let decided = Program.mnistBiLSTM.options.filter { $0.inSweep == .decided }.map {
            $0.name.dropFirst(2)
        }
        return Set(decided.map(String.init) + ["no-test", "resume", "allow-changes"])
    }()

    /// Options that must be the same for all trainings.
    private static let common = Set(
        Program.mnistBiLSTM.options.filter { $0.inSweep == .common }.map { String($0.name.dropFirst(2)) })

    static func checkSettable(_ option: String) throws(OptionError) {
        if option == "seed" { throw OptionError("--set seed: give the seeds by --seeds") }
        guard !own.contains(option) else { throw OptionError("--set \(option): a sweep decides it itself") }
        guard !common.contains(option) else {
            throw OptionError(
                "--set \(option): it must be the same for all entries, or they cannot be compared")
        }
    }

    private static func check(base: [String], axes: [SweepAxis]) throws(OptionError) {
        for (index, axis) in axes.enumerated()
        where axes[..<index].contains(where: { $0.option == axis.option }) {
            throw OptionError("--set \(axis.option) is there twice; give all its values in one")
        }
        for word in base where word.hasPrefix("--") {
            let option = String(word.dropFirst(2).prefix { $0 != "=" })
            if option == "seed" { throw OptionError("--seed: give the seeds of a sweep by --seeds") }
            guard !own.contains(option) else {
                throw OptionError(
                    "--\(option) is nothing for the entries of a sweep, which decides it itself")
            }
            guard !axes.contains(where: { $0.option == option || "no-\($0.option)" == option }) else {
                throw OptionError("--\(option) is given for all entries and by --set; leave one of them out")
            }
        }
    }

    /// Checks each setting as `train` would, and that settings differ in nothing but what is to be compared.
    ///
    /// - Parameter options: what words of a command line of `train` come to, or why they come to nothing.
    /// - Throws: ``OptionError``.
    package func check(_ options: ([String]) throws -> ImageTraining.Options) throws {
        var first: ImageTraining.Options?
        // Settings by the values that weights depend on.
        var known: [[JSONValue]: Int] = [:]
        for setting in settings.indices {
            let chosen = try chosen(setting, options)
            let images = first ?? chosen
            first = images
            guard
                (chosen.validation, chosen.dataset, chosen.data)
                    == (images.validation, images.dataset, images.data)
            else {
                throw OptionError(
                    "\(title(of: 0)) and \(title(of: setting)) have other images, by --dataset, --data or "
                        + "--validation of their recipes, and cannot be compared")
            }
            if let same = known.updateValue(setting, forKey: chosen.weights) {
                throw OptionError(
                    "\(title(of: same)) and \(title(of: setting)) are one setting: they differ in nothing that "
                        + "the scores follow from")
            }
        }
    }

    private func chosen(
        _ setting: Int, _ options: ([String]) throws -> ImageTraining.Options
    ) throws -> ImageTraining.Options {
        let chosen: ImageTraining.Options
        do {
            chosen = try options(arguments(of: Entry(index: setting, setting: setting, seed: seeds[0])))
        } catch {
            throw OptionError(self.options.isEmpty ? "\(error)" : "\(title(of: setting)): \(error)")
        }
        guard chosen.validation > 0 else {
            throw OptionError(
                "--validation is missing: settings are compared by images held out of training, as in "
                    + "--validation 5000")
        }
        return chosen
    }

    /// What `train` is told of an entry, but for places.
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

    /// "learning-rate 0.002, cell gru"
    package func title(of setting: Int) -> String {
        if options.isEmpty { return "as given" }
        return zip(options, settings[setting]).map { "\($0) \($1)" }.joined(separator: ", ")
    }

    /// "0.002, gru"
    func shortTitle(of setting: Int) -> String {
        options.isEmpty ? title(of: setting) : settings[setting].joined(separator: ", ")
    }

    /// "3 settings × 10 seeds, 30 entries"
    package var size: String {
        func count(_ number: Int, _ one: String, _ many: String) -> String {
            "\(TextFormat.grouped(number)) \(number == 1 ? one : many)"
        }
        return count(settings.count, "setting", "settings") + " × " + count(seeds.count, "seed", "seeds")
            + ", "
            + count(entries.count, "entry", "entries")
    }

    /// The entries, for people.
    package func table() -> String {
        var table = TextTable(
            [.init("Entry", .right), .init("Setting"), .init("Seed", .right)], style: .plain)
        for entry in entries { table.append(["\(entry.index)", title(of: entry.setting), "\(entry.seed)"]) }
        return TextFormat.printable(table.rendered())
    }

    /// A name that the same plan has again, and no other one: "learning-rate-cell-3fa2b1".
    package func defaultName() throws -> String {
        var digest = SHA256()
        digest.update(Array(try JSON.text(self, pretty: false).utf8))
        return (options.isEmpty ? ["seeds"] : options).joined(separator: "-").prefix(80)
            + "-\(digest.hexDigest.prefix(6))"
    }

    /// What cannot be of a plan read from a file.
    package var impossible: String? {
        if settings.isEmpty || seeds.isEmpty { return "expected settings and seeds, found none" }
        if settings.contains(where: { $0.count != options.count }) {
            return
                "expected a value for each of \(options.count) options in each setting, found another number"
        }
        // The number first: what is in a file may come to more than there is room for.
        if entries.count == settings.count * seeds.count, entries == Self.entries(settings.count, seeds) {
            return nil
        }
        return "expected each setting with each seed as entries 0, 1, …, found others"
    }
}

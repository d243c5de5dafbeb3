import ArgumentParser
import Console
import Platform
import Runs
import Sweeps

/// The options that define a sweep.
struct SweepArguments<Tool: RunTool>: ParsableArguments {
    @Option(
        parsing: .unconditional,
        help: """
            Seeds to train each setting with, for example 0-9 or 0,1,5 (required without \
            --until, whose default is \(Self.seedsUntil))
            """)
    var seeds: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            """
            Train seed after seed, pause settings that cannot win, and stop when one is left; the number is the \
            probability of an error, at most 0.5. With --resume: a smaller one than before
            """, valueName: "probability"))
    var until: Double?

    @Option(
        help: ArgumentHelp(
            """
            Option of train and the values to try, for example cell=lstm,gru; flags take true,false. All combinations \
            are tried, or with --random a sample of them; --random also takes ranges, learning-rate=0.001..0.02
            """, valueName: "option=values"))
    var set: [String] = []

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Random search: number of settings to sample; ranges are sampled log-uniformly",
            valueName: "count"))
    var random: Int?

    @Option(
        parsing: .unconditional, help: ArgumentHelp("Random seed of --random (default: 0)", valueName: "seed")
    )
    var randomSeed: UInt64?

    @Option(help: "Name of the sweep; its directory is sweeps/<name> in --runs (default: made from the plan)")
    var name: String?

    /// The default of `--seeds` with `--until`.
    private static var seedsUntil: String { "0-99" }

    func validate() throws {
        if let until, !SweepRace.errorProbabilities.contains(until) {
            throw ValidationError("--until must be \(SweepRace.boundsText), not \(until).")
        }
        try check("--random", random, 1...SweepPlan.limit)
        try checkUse("--random-seed", randomSeed != nil, of: "--random", random != nil)
        guard let name else { return }
        do { try RunDirectory.validate(name: name) } catch { throw ValidationError("--name: \(error)") }
    }

    /// Whether the command line gives any of these options, except `--until`, which a resumed sweep can have.
    var isGiven: Bool {
        seeds != nil || !set.isEmpty || random != nil || randomSeed != nil || name != nil
    }

    /// Returns the sweep's directory with its plan, and creates it if it does not exist.
    ///
    /// - Parameters:
    ///   - base: The options of `train` for all entries.
    ///   - root: The directory of the runs.
    func sweep(base: [String], root: String) throws -> SweepDirectory {
        guard let seeds = seeds ?? until.map({ _ in Self.seedsUntil }) else {
            throw OptionError("--seeds is missing: give the seeds of each setting, for example --seeds 0-9")
        }
        func resolved(_ words: [String]) throws -> [String] {
            try Tool.Training.resolved(words, root: root)
        }
        let plan = try SweepPlan(
            of: Tool.program, base: resolved(base),
            axes: try set.map { try SweepAxis($0, of: Tool.program).resolved(by: resolved) },
            seeds: SweepSeeds(seeds), draws: random, drawSeed: randomSeed ?? 0, until: until)
        try plan.check { try Tool.Training.options(of: $0, in: Tool.self) }
        return try SweepDirectory.create(
            plan, name: name ?? plan.defaultName(), root: root, of: Tool.Options.self)
    }
}

/// The options of the results that were computed before.
struct KnownResultsArguments: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            """
            Directory of the results of all sweeps; an entry that is in it is not trained again, except one in twenty as a \
            check (default: results in --runs)
            """, valueName: "directory"), completion: .directory)
    var results: String?

    @Flag(help: "Train every entry, and do not use --results")
    var noLookup = false

    func validate() throws {
        guard results != "" else { throw ValidationError("--results must name a directory, not be empty.") }
        guard results == nil || !noLookup else {
            throw ValidationError("--results has no effect with --no-lookup; remove one of them.")
        }
    }

    /// Returns the directory of results; nil if none is to be used.
    ///
    /// - Parameter runs: The directory of the runs.
    func directory(in runs: String) -> KnownResults? {
        noLookup ? nil : KnownResults(path: results ?? KnownResults.path(in: runs))
    }
}

/// The options for the directories of runs and data on this machine.
struct SweepLocationArguments<Tool: RunTool>: ParsableArguments {
    @OptionGroup var place: RunsArguments

    @OptionGroup var data: Tool.Training.Place

    func find(_ sweep: String) throws -> SweepDirectory {
        try SweepDirectory.find(sweep, root: place.runs, of: Tool.Options.self)
    }
}

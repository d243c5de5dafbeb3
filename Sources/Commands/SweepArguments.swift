import ArgumentParser
import Console
import Platform
import Runs
import Sweeps

/// The options that define a sweep.
struct SweepArguments<Tool: RunTool>: ParsableArguments {
    @Option(
        parsing: .unconditional, help: "Seeds to train each setting with, for example 0-9 or 0,1,5 (required)"
    )
    var seeds: String?

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

    func validate() throws {
        try check("--random", random, 1...SweepPlan.limit)
        try checkUse("--random-seed", randomSeed != nil, of: "--random", random != nil)
        guard let name else { return }
        do { try RunDirectory.validate(name: name) } catch { throw ValidationError("--name: \(error)") }
    }

    /// Whether the command line gives any of these options.
    var isGiven: Bool {
        seeds != nil || !set.isEmpty || random != nil || randomSeed != nil || name != nil
    }

    /// Returns the sweep's directory with its plan, and creates it if it does not exist.
    ///
    /// - Parameters:
    ///   - base: The options of `train` for all entries.
    ///   - root: The directory of the runs.
    func sweep(base: [String], root: String) throws -> SweepDirectory {
        guard let seeds else {
            throw OptionError("--seeds is missing: give the seeds of each setting, for example --seeds 0-9")
        }
        func resolved(_ words: [String]) throws -> [String] {
            try Tool.Training.resolved(words, root: root)
        }
        let plan = try SweepPlan(
            of: Tool.program, base: resolved(base),
            axes: try set.map { try SweepAxis($0, of: Tool.program).resolved(by: resolved) },
            seeds: SweepSeeds(seeds), draws: random, drawSeed: randomSeed ?? 0)
        try plan.check { try Tool.Training.options(of: $0, in: Tool.self) }
        return try SweepDirectory.create(
            plan, name: name ?? plan.defaultName(), root: root, of: Tool.Options.self)
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

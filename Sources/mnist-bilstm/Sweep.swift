import ArgumentParser
import Commands
import Console
import Platform
import Runs
import Sweeps

struct Sweep: ShowsOptionsOfDefault {
    static let configuration = CommandConfiguration(
        abstract: "Train settings × seeds and compare the settings.",
        discussion: """
            Without a command, it runs a whole sweep on this machine. Examples:
              mnist-bilstm sweep --seeds 0-9 --set cell=lstm,gru --validation 5000
              mnist-bilstm sweep --seeds 0 --set ema=0.9..0.99 --random 9 --validation 500

            An entry is one run: one setting with one seed. All other options are options of train and apply to \
            every entry; --validation is required. Each entry uses one thread; by default, as many entries run at a time \
            as there are cores. To resume a sweep that was stopped or killed, repeat the command; results.csv will be \
            the same. The test set is read after all entries are done, and only for the setting with the highest mean \
            validation accuracy.

            To distribute a sweep over machines that share a directory: sweep plan writes the list of entries, sweep \
            run --index K trains one entry, sweep report collects the results.
            """,
        subcommands: [StartSweep.self, PlanSweep.self, RunSweepEntry.self, ReportSweep.self],
        defaultSubcommand: StartSweep.self)
}

/// The options that define a sweep.
struct SweepArguments: ParsableArguments {
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
        let plan = try SweepPlan(
            base: base, axes: try set.map { try SweepAxis($0) }, seeds: SweepSeeds(seeds), draws: random,
            drawSeed: randomSeed ?? 0)
        try plan.check(Train.options(of:))
        return try SweepDirectory.create(plan, name: name ?? plan.defaultName(), root: root)
    }
}

/// The options of `sweep start` itself.
struct StartSweepArguments: ParsableArguments {
    @Option(
        help: ArgumentHelp("Resume a sweep: its name, or the path of its directory", valueName: "sweep"),
        completion: .sweep)
    var resume: String?

    @OptionGroup var options: SweepArguments

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Number of entries to train at a time, at most the number of cores (default: the number of cores)",
            valueName: "count"))
    var jobs: Int?

    @OptionGroup var place: RunsArguments

    func validate() throws { try check("--jobs", jobs, 1...1024) }
}

struct StartSweep: ParsableCommand, CompletedByOptions {
    static let configuration = CommandConfiguration(
        commandName: "start", abstract: "Run or resume a whole sweep on this machine.",
        discussion: """
            Example: mnist-bilstm sweep --seeds 0-9 --set cell=lstm,gru --validation 5000
                     mnist-bilstm sweep --resume cell-3fa2b1

            Ctrl-C stops the sweep; it can be resumed. Several processes can work on one sweep at the same time; if one is \
            killed, the next one resumes its entry. An entry whose loss is not finite is recorded as diverged. If an \
            entry fails for any other reason, the sweep stops with that entry's exit code.

            Exit codes: 0 done, 64 bad option, 65 bad data, 66 missing sweep or data, 71 not enough memory, 73 plan in \
            use by another process, 74 a file could not be written, 129 terminal closed, 130 Ctrl-C, 143 SIGTERM, or \
            128 + n for another signal n.
            """)

    @OptionGroup var start: StartSweepArguments

    @Argument(
        parsing: .allUnrecognized,
        help: ArgumentHelp("Options of train, for all entries", valueName: "options of train"))
    var base: [String] = []

    /// The options of `sweep start`, and the options of `train` that a sweep can try.
    struct CompletedArguments: ParsableArguments {
        @OptionGroup var start: StartSweepArguments
        @OptionGroup var optimization: OptimizationArguments
        @OptionGroup var augmentation: AugmentationArguments
        @OptionGroup var model: ModelArguments
        @OptionGroup var images: DataArguments
    }

    func validate() throws {
        guard start.resume == nil || !start.options.isGiven && base.isEmpty else {
            throw ValidationError("--resume continues a sweep with its own plan; remove the other options.")
        }
    }

    func run() throws {
        let signal = InterruptSignal.install()
        defer { signal.uninstall() }
        try explained {
            let sweep =
                try start.resume.map { try SweepDirectory.find($0, root: start.place.runs) }
                ?? start.options.sweep(base: base, root: start.place.runs)
            let console = try Console(log: sweep.log)
            let session = try SweepSession(
                sweep, jobs: start.jobs ?? UsableCores.count, console: console, signal: signal)
            var report: SweepReport?
            let status: ExitStatus
            do {
                status = try session.run()
                report = try SweepReport(sweep)
                try report?.write()
            } catch {
                console.note("Error: \(error)")
                throw error
            }
            if let report { console.print("\n\(report.text())") }
            return status
        }
    }
}

struct PlanSweep: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan", abstract: "Write the list of entries without training them.",
        discussion: """
            Example: mnist-bilstm sweep plan --seeds 0 --set cell=lstm,gru --validation 500

            Exit codes: 0 done, 64 bad option, 65 damaged plan, 73 plan in use by another process, 74 the plan could \
            not be written.
            """)

    @OptionGroup var options: SweepArguments

    @Flag(help: "Print only the number of entries")
    var count = false

    @OptionGroup var place: RunsArguments

    @Argument(
        parsing: .allUnrecognized,
        help: ArgumentHelp("Options of train, for all entries", valueName: "options of train"))
    var base: [String] = []

    func run() throws {
        try explained { console in
            let sweep = try options.sweep(base: base, root: place.runs)
            let plan = try sweep.plan()
            console.print(count ? "\(plan.entries.count)" : "\(plan.table())\n\(sweep.path): \(plan.size)")
        }
    }
}

struct RunSweepEntry: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Train or resume one entry of a sweep.",
        discussion: """
            Example: mnist-bilstm sweep run cells --index 7

            An entry that is done is not trained again. An entry whose loss is not finite is recorded as diverged. After \
            Ctrl-C, SIGTERM or a closed terminal, the same command resumes the entry.

            Exit codes: 0 the entry is done, 64 bad option, 65 bad data, 66 missing sweep or data, 71 not enough \
            memory, 73 entry in use by another process, 74 a file could not be written, 129 terminal closed, 130 \
            Ctrl-C, 143 SIGTERM, or 128 + n for another signal n.
            """)

    @Argument(help: "Sweep: its name, or the path of its directory", completion: .sweep)
    var sweep: String

    @Option(parsing: .unconditional, help: "Number of the entry; the first is 0")
    var index: Int

    @Flag(help: .hidden)
    var whileInput = false

    @OptionGroup var place: SweepLocationArguments

    func run() throws {
        if whileInput { CurrentProcess.endWithInput() }
        try explained {
            let console = try Console()
            let training = try SweepEntryTraining(place.find(sweep), index: index, data: place.data)
            return try training.run(console: console) { words in
                try Train.parse(words).train()
            }
        }
    }
}

struct ReportSweep: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Collect the results of a sweep: results.csv, report.html, tables.",
        discussion: """
            Example: mnist-bilstm sweep report cells
                     mnist-bilstm sweep report cells --language ko

            When all entries are done, it evaluates the winner on the test set, once.

            Exit codes: 0 done, 64 bad option, 65 bad data, 66 missing sweep or data, 71 not enough memory, 74 a file \
            could not be written.
            """)

    @Argument(help: "Sweep: its name, or the path of its directory", completion: .sweep)
    var sweep: String

    @Option(
        help: """
            Language of the report: en (English) or ko (Korean) (default: \(Language.english.rawValue))
            """)
    var language: Language?

    @OptionGroup var place: SweepLocationArguments

    func run() throws {
        try explained { console in
            var report = try SweepReport(place.find(sweep), data: place.data)
            report.language = language ?? .english
            try report.write()
            console.print(report.text())
        }
    }
}

/// The options for the directories of runs and images on this machine.
struct SweepLocationArguments: ParsableArguments {
    @OptionGroup var place: RunsArguments

    @Option(
        help: ArgumentHelp(
            "Directory of the images on this machine (default: the plan's directory)", valueName: "directory"),
        completion: .directory)
    var data: String?

    func validate() throws {
        guard data != "" else { throw ValidationError("--data must name a directory, not be empty.") }
    }

    func find(_ sweep: String) throws -> SweepDirectory { try SweepDirectory.find(sweep, root: place.runs) }
}

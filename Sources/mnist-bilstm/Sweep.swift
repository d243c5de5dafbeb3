import ArgumentParser
import Commands
import Console
import Platform
import Runs
import Sweeps

struct Sweep: ShowsOptionsOfDefault {
    static let configuration = CommandConfiguration(
        abstract: "Trains settings × seeds side by side, and compares the settings by images held out.",
        discussion: """
            Without a command it runs the whole sweep here. Examples:
              mnist-bilstm sweep --seeds 0-9 --set learning-rate=0.002,0.005 --set cell=lstm,gru --epochs 10 \
            --validation 5000
              mnist-bilstm sweep --seeds 0-2 --set learning-rate=0.001..0.02 --random 20 --validation 5000

            Other options are those of train, for all entries; --validation must be among them. Each entry trains on one \
            thread, as many side by side as there are cores. The same command again goes on where a sweep was stopped \
            or killed, and comes to the same results.csv. The test images are read when all entries are done, for the \
            setting of the highest mean validation accuracy alone.

            For a scheduler of your own, on machines that share a directory: sweep plan writes the list, sweep run \
            --index K does one entry, sweep report gathers.
            """,
        subcommands: [StartSweep.self, PlanSweep.self, RunSweepEntry.self, ReportSweep.self],
        defaultSubcommand: StartSweep.self)
}

/// What is to be trained.
struct SweepOptions: ParsableArguments {
    @Option(parsing: .unconditional, help: "The seeds that each setting is trained with: 0-9, or 0,1,5.")
    var seeds: String?

    @Option(
        help: ArgumentHelp(
            """
            An option of train and the values to try, cell=lstm,gru; true and false of a flag. All combinations are \
            tried, or some of them by --random, which takes ranges too: learning-rate=0.001..0.02.
            """, valueName: "option=values"))
    var set: [String] = []

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "How many settings to draw; the logarithm uniformly of a range.", valueName: "count"))
    var random: Int?

    @Option(parsing: .unconditional, help: "Decides what is drawn (default: 0).")
    var randomSeed: UInt64?

    @Option(help: "What to call the sweep: its directory is sweeps/<name> (default: by its plan).")
    var name: String?

    func validate() throws {
        try check("--random", random, 1...SweepPlan.limit)
        try checkUse("--random-seed", randomSeed != nil, of: "--random", random != nil)
        guard let name else { return }
        do { try RunDirectory.validate(name: name) } catch { throw ValidationError("--name: \(error)") }
    }

    /// Whether any was given.
    var isGiven: Bool {
        seeds != nil || !set.isEmpty || random != nil || randomSeed != nil || name != nil
    }

    /// The plan in its directory, which is made if there is none.
    ///
    /// - Parameter base: options of `train`.
    func sweep(base: [String], root: String) throws -> SweepDirectory {
        guard let seeds else { throw OptionError("--seeds is missing, as in --seeds 0-9") }
        let plan = try SweepPlan(
            base: base, axes: try set.map { try SweepAxis($0) }, seeds: SweepSeeds(seeds), draws: random,
            drawSeed: randomSeed ?? 0)
        try plan.check(Train.options(of:))
        return try SweepDirectory.create(plan, name: name ?? plan.defaultName(), root: root)
    }
}

/// The options of `sweep start` itself.
struct StartSweepOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("Go on with a sweep: its name, or the path of its directory.", valueName: "sweep"),
        completion: .sweep)
    var resume: String?

    @OptionGroup var options: SweepOptions

    @Option(
        parsing: .unconditional,
        help: "Number of entries at a time, at most the number of cores (default: the number of cores).")
    var jobs: Int?

    @OptionGroup var place: RunsOption

    func validate() throws { try check("--jobs", jobs, 1...1024) }
}

struct StartSweep: ParsableCommand, CompletedByOptions {
    static let configuration = CommandConfiguration(
        commandName: "start", abstract: "Runs a whole sweep here, or what is left of it (the default).",
        discussion: """
            Example: mnist-bilstm sweep --seeds 0-9 --set cell=lstm,gru --epochs 10 --validation 5000
                     mnist-bilstm sweep --resume cell-3fa2b1

            Ctrl-C stops it, to be gone on with. Several may work at one sweep at once. An entry whose loss is not finite \
            has diverged, which is a result. Of another failure of an entry the sweep ends with its exit code.

            Exit codes: 0 done, 64 bad option, 65 bad data, 66 missing sweep or data, 71 not enough memory, 73 another \
            process writes the plan, 74 a file could not be written, 129 terminal closed, 130 Ctrl-C, 143 SIGTERM, or 128 + n for \
            another signal n.
            """)

    @OptionGroup var start: StartSweepOptions

    @Argument(
        parsing: .allUnrecognized,
        help: ArgumentHelp("Options of train, for all entries.", valueName: "options of train"))
    var base: [String] = []

    /// The options of `sweep start`, and the options of `train` that a sweep can try.
    struct CompletedOptions: ParsableArguments {
        @OptionGroup var start: StartSweepOptions
        @OptionGroup var optimization: OptimizationOptions
        @OptionGroup var augmentation: AugmentationOptions
        @OptionGroup var model: ModelOptions
        @OptionGroup var images: DataOptions
    }

    func validate() throws {
        guard start.resume == nil || !start.options.isGiven && base.isEmpty else {
            throw ValidationError("--resume goes on with a sweep as it is planned; give no other options.")
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
        commandName: "plan", abstract: "Writes the list of what is to be trained, and trains nothing.",
        discussion: """
            Example: mnist-bilstm sweep plan --name cells --seeds 0-9 --set cell=lstm,gru --epochs 10 --validation 5000

            Exit codes: 0 done, 64 bad option, 65 damaged plan, 73 another process writes the plan, 74 the plan could not \
            be written.
            """)

    @OptionGroup var options: SweepOptions

    @Flag(help: "Print nothing but how many entries there are.")
    var count = false

    @OptionGroup var place: RunsOption

    @Argument(
        parsing: .allUnrecognized,
        help: ArgumentHelp("Options of train, for all entries.", valueName: "options of train"))
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
        commandName: "run", abstract: "Trains one entry of a sweep, or the rest of it, on one thread.",
        discussion: """
            Example: mnist-bilstm sweep run cells --index 7

            An entry that is done is left as it is. A loss that is not finite is a result. After Ctrl-C, SIGTERM or a \
            closed terminal the same command resumes the entry.

            Exit codes: 0 the entry is done, 64 bad option, 65 bad data, 66 missing sweep or data, 71 not enough \
            memory, 73 another process is doing it, 74 a file could not be written, 129 terminal closed, 130 Ctrl-C, \
            143 SIGTERM, or 128 + n for another signal n.
            """)

    @Argument(help: "The sweep's name, or the path of its directory.", completion: .sweep)
    var sweep: String

    @Option(parsing: .unconditional, help: "Which entry, from 0 on.")
    var index: Int

    @Flag(help: .hidden)
    var whileInput = false

    @OptionGroup var place: SweepPlaceOptions

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
        abstract: "Gathers what is done of a sweep: results.csv, report.html, a table.",
        discussion: """
            Example: mnist-bilstm sweep report cells

            When all entries are done it reads the test images, once, for the winner.

            Exit codes: 0 done, 64 bad option, 65 bad data, 66 missing sweep or data, 71 not enough memory, 74 a file \
            could not be written.
            """)

    @Argument(help: "The sweep's name, or the path of its directory.", completion: .sweep)
    var sweep: String

    @OptionGroup var place: SweepPlaceOptions

    func run() throws {
        try explained { console in
            let report = try SweepReport(place.find(sweep), data: place.data)
            try report.write()
            console.print(report.text())
        }
    }
}

/// Where a sweep and its data are on this machine.
struct SweepPlaceOptions: ParsableArguments {
    @OptionGroup var place: RunsOption

    @Option(
        help: ArgumentHelp(
            "Where the images are on this machine (default: where the plan says).", valueName: "directory"),
        completion: .directory)
    var data: String?

    func validate() throws {
        guard data != "" else { throw ValidationError("--data must name a directory, not be empty.") }
    }

    func find(_ sweep: String) throws -> SweepDirectory { try SweepDirectory.find(sweep, root: place.runs) }
}

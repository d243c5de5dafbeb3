import ArgumentParser
import Console
import Platform
import Sweeps

/// The options of `sweep start` itself.
struct StartSweepArguments<Tool: RunTool>: ParsableArguments {
    @Option(
        help: ArgumentHelp("Resume a sweep: its name, or the path of its directory", valueName: "sweep"),
        completion: .sweep)
    var resume: String?

    @OptionGroup var options: SweepArguments<Tool>

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Number of entries to train at a time, at most the number of cores (default: the number of cores)",
            valueName: "count"))
    var jobs: Int?

    @OptionGroup var known: KnownResultsArguments

    @OptionGroup var place: RunsArguments

    func validate() throws { try check("--jobs", jobs, 1...1024) }
}

package struct StartSweep<Tool: RunTool>: ParsableCommand, CompletedByOptions {
    package static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "start", abstract: "Run or resume a whole sweep on this machine.",
            discussion: """
                Example: \(Tool.program.name) sweep \(Tool.Training.sweepExamples.whole)
                         \(Tool.program.name) sweep --resume \(Tool.Training.sweepExamples.name)

                Ctrl-C stops the sweep; it can be resumed. Several processes can work on one sweep at the same time; if one is \
                killed, the next one resumes its entry. An entry whose loss is not finite is recorded as diverged. If an \
                entry fails for any other reason, the sweep stops with that entry's exit code.

                With --until, the settings are compared after each seed, by a test that may be repeated. Paused settings are \
                resumed by --resume with a smaller --until. Entries that any sweep trained before are looked up in \
                --results; the report says how many.

                Exit codes: 0 done, 64 bad option, 65 bad data, 66 missing sweep or data, 71 not enough memory, 73 plan in \
                use by another process, 74 a file could not be written, 75 stopped by a request, 129 terminal closed, 130 \
                Ctrl-C, 143 SIGTERM, or 128 + n for another signal n.
                """)
    }

    package init() {}

    @OptionGroup var start: StartSweepArguments<Tool>

    @Argument(
        parsing: .allUnrecognized,
        help: ArgumentHelp("Options of train, for all entries", valueName: "options of train"))
    var base: [String] = []

    /// The options of `sweep start`, and the options of `train` that a sweep can try.
    package struct CompletedArguments: ParsableArguments {
        @OptionGroup var start: StartSweepArguments<Tool>
        @OptionGroup var training: Tool.Training.Tried

        package init() {}
    }

    package func validate() throws {
        guard start.resume == nil || !start.options.isGiven && base.isEmpty else {
            throw ValidationError("--resume continues a sweep with its own plan; remove the other options.")
        }
    }

    package func run() throws {
        let signal = InterruptSignal.install()
        defer { signal.uninstall() }
        try explained {
            let sweep =
                try start.resume.map {
                    try SweepDirectory.find($0, root: start.place.runs, of: Tool.Options.self)
                }
                ?? start.options.sweep(base: base, root: start.place.runs)
            if start.resume != nil, let until = start.options.until { try sweep.tighten(until: until) }
            let console = try Console(log: sweep.log)
            let session = try SweepSession(
                sweep, jobs: start.jobs ?? UsableCores.count,
                known: start.known.directory(in: start.place.runs),
                console: console, signal: signal)
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

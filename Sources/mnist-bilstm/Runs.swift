import ArgumentParser
import Commands
import ImageClassification
import Platform
import Runs
import Sweeps

struct Runs: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "List, show and compare runs.",
        discussion: """
            Without a command, it lists the runs. Examples:
              mnist-bilstm runs
              mnist-bilstm runs show latest
              mnist-bilstm runs compare gru lstm
            """,
        subcommands: [ListRuns.self, ShowRun.self, CompareRuns.self], defaultSubcommand: ListRuns.self)
}

/// The option for the directory that contains the runs.
struct RunsArguments: ParsableArguments {
    @Option(
        help: ArgumentHelp("Directory of the runs", valueName: "directory"),
        completion: .directory)
    var runs = ImageTraining.Options().runs

    func validate() throws {
        guard !runs.isEmpty else { throw ValidationError("--runs must name a directory, not be empty.") }
    }

    /// Returns the run with a name.
    ///
    /// - Parameters:
    ///   - name: The name or path of the run, or `latest`.
    ///   - program: The program that must have made the run; any program if nil.
    func run(_ name: String, of program: Program? = nil) throws -> RunDirectory {
        try RunDirectory.find(name, root: runs, of: program).run
    }
}

struct ListRuns: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List runs, the newest last.",
        discussion: """
            Example: mnist-bilstm runs list --json

            Best accuracy is the highest validation accuracy after an epoch or, for a run without a validation set, the \
            highest training accuracy. A run that was killed is listed as failed; it can be resumed.

            Exit codes: 0 done, 64 bad option, 74 the directory cannot be read.
            """)

    @OptionGroup var place: RunsArguments

    @Flag(help: "Print a JSON array instead of a table")
    var json = false

    func run() throws {
        try explained { console in
            let list = try RunList(root: place.runs, of: [.mnistBiLSTM])
            if json { return console.print(result: try list.json()) }
            console.print(list.text())
            let sweeps = try SweepList(runs: place.runs)
            if !sweeps.isEmpty { console.print("\n" + sweeps.text()) }
        }
    }
}

struct ShowRun: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show a run: options, results, files and how to resume it.",
        discussion: """
            Example: mnist-bilstm runs show latest
                     mnist-bilstm runs show cells

            For a sweep, it shows the settings, the winner and its checkpoint, and the command that trains the winning \
            setting on all training images.

            Exit codes: 0 done, 64 bad option, 65 damaged sweep, 66 missing run, 74 a file could not be read.
            """)

    @OptionGroup var chosen: WholeRunArgument

    @OptionGroup var place: RunsArguments

    func run() throws {
        try explained { console in
            let name = chosen.name
            // If a run and a sweep have the same name, the run is meant.
            if let sweep = try? SweepDirectory.find(name, root: place.runs),
                (try? place.run(name))?.path.hasPrefix(sweep.path + "/") ?? true
            {
                let report = try SweepReport(reading: sweep)
                return console.print("Sweep: \(sweep.path): \(report.results.plan.size)\n\n\(report.text())")
            }
            console.print(try RunDescription(place.run(name), of: [.mnistBiLSTM]).text())
        }
    }
}

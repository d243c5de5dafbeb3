import ArgumentParser
import Platform
import Runs
import Sweeps

/// The command `runs`: lists, shows, compares, exports and repeats runs.
package struct RunsCommand<Tool: ReplayingTool>: ParsableCommand {
    package static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "runs",
            abstract: "List, show, compare, export and repeat runs.",
            discussion: """
                Without a command, it lists the runs. Examples:
                  \(Tool.program.name) runs
                  \(Tool.program.name) runs show latest
                  \(Tool.program.name) runs compare gru lstm
                """,
            subcommands: [
                ListRuns<Tool>.self, ShowRun<Tool>.self, CompareRuns<Tool>.self, ExportRuns<Tool>.self,
                StateOfRun<Tool>.self, DivergeRuns<Tool>.self,
            ],
            defaultSubcommand: ListRuns<Tool>.self)
    }

    package init() {}
}

/// The option for the directory that contains the runs.
package struct RunsArguments: ParsableArguments {
    package init() {}

    @Option(
        help: ArgumentHelp("Directory of the runs", valueName: "directory"),
        completion: .directory)
    package var runs = RunDirectory.defaultRoot

    package func validate() throws {
        guard !runs.isEmpty else { throw ValidationError("--runs must name a directory, not be empty.") }
    }

    /// Returns the run with a name.
    ///
    /// - Parameters:
    ///   - name: The name or path of the run, or `latest`.
    ///   - tool: The tool that reads the run.
    ///   - program: The program that must have made the run; any program if nil.
    func run(
        _ name: String, for tool: any RunTool.Type, of program: Program? = nil
    ) throws -> RunDirectory {
        try RunDirectory.find(name, root: runs, of: program, lister: tool.program.name).run
    }

    /// Returns the sweep with a name; nil if the name is no sweep's. If a run and a sweep have the same name, the run is
    /// meant.
    func sweep<Tool: RunTool>(_ name: String, for tool: Tool.Type) -> SweepDirectory? {
        guard let sweep = try? SweepDirectory.find(name, root: runs, of: Tool.Options.self),
            (try? run(name, for: tool))?.path.hasPrefix(sweep.path + "/") ?? true
        else { return nil }
        return sweep
    }
}

package struct ListRuns<Tool: RunTool>: ParsableCommand {
    package static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "list", abstract: "List runs, the newest last.",
            discussion: """
                Example: \(Tool.program.name) runs list --json

                Best accuracy is the highest validation accuracy after an epoch or, for a run without a validation set, the \
                highest training accuracy. A run that was killed is listed as failed; it can be resumed.

                Exit codes: 0 done, 64 bad option, 74 the directory cannot be read.
                """)
    }

    @OptionGroup var place: RunsArguments

    @Flag(help: "Print a JSON array instead of a table")
    var json = false

    package init() {}

    package func run() throws {
        try explained { console in
            let list = try RunList(root: place.runs, of: [Tool.program])
            if json { return console.print(result: try list.json()) }
            console.print(list.text())
            let sweeps = try SweepList(runs: place.runs, of: Tool.Options.self)
            if !sweeps.isEmpty { console.print("\n" + sweeps.text()) }
        }
    }
}

package struct ShowRun<Tool: RunTool>: ParsableCommand {
    package static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "show",
            abstract: "Show a run: options, results, files and how to resume it.",
            discussion: """
                Example: \(Tool.program.name) runs show latest
                         \(Tool.program.name) runs show cells

                For a sweep, it shows the settings, the winner and its checkpoint, and the command that trains the winning \
                setting on all training \(Tool.Options.sample.plural).

                Exit codes: 0 done, 64 bad option, 65 damaged sweep, 66 missing run, 74 a file could not be read.
                """)
    }

    @OptionGroup var chosen: WholeRunArgument<Tool>

    @OptionGroup var place: RunsArguments

    package init() {}

    package func run() throws {
        try explained { console in
            if let sweep = place.sweep(chosen.name, for: Tool.self) {
                let report = try SweepReport(reading: sweep)
                return console.print(
                    "Sweep: \(sweep.path): \(report.results.plan.size)\n\n\(report.text())")
            }
            console.print(
                try RunDescription(place.run(chosen.name, for: Tool.self), of: [Tool.program]).text())
        }
    }
}

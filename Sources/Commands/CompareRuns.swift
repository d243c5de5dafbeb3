import ArgumentParser
import Runs

package struct CompareRuns<Tool: RunTool>: ParsableCommand {
    package static var configuration: CommandConfiguration {
        // This tool also compares the runs of the tool without the command `runs`.
        let others =
            Tool.program.ownsUnnamedRuns
            ? " For runs of stock-forecast, the curves are the training loss of each network." : ""
        return CommandConfiguration(
            commandName: "compare",
            abstract: "Compare runs: options, results and curves.",
            discussion: """
                Example: \(Tool.program.name) runs compare gru latest --out curves.svg

                It prints the options in which the runs differ and their results, and draws their curves into one chart: \
                of the validation set or, for a run without one, of the training set.\(others)

                Exit codes: 0 done, 64 bad option, 66 missing run, 74 the chart could not be written.
                """)
    }

    @Argument(
        help: ArgumentHelp(
            "Two or more runs: \(Tool.runNames)", valueName: "run"),
        completion: .runOrSweep)
    var arguments: [String] = []

    @Option(
        name: .customLong("run"),
        help: ArgumentHelp("The same as an argument <run>; can be repeated", valueName: "run"),
        completion: .runOrSweep)
    var options: [String] = []

    private var names: [String] { arguments + options }

    @OptionGroup var place: RunsArguments

    @Option(
        help: ArgumentHelp(
            "SVG file of the curves (default: compare.svg in --runs, or the next free name: compare-2.svg, …)",
            valueName: "file"),
        completion: .file(extensions: ["svg"]))
    var out: String?

    @Flag(help: "Also compare machines and versions")
    var environment = false

    package init() {}

    package func validate() throws {
        guard names.count > 1 else {
            throw ValidationError(
                "Give at least two runs to compare; \"\(Tool.program.name) runs\" lists the runs.")
        }
        guard out != "" else { throw ValidationError("--out must name a file, not be empty.") }
    }

    package func run() throws {
        try explained { console in
            let runs = try names.map({ try place.run($0, for: Tool.self) })
            guard Set(runs).count == runs.count else {
                throw ValidationError(
                    "Give each run once; \(names.joined(separator: " ")) names a run twice.")
            }
            let comparison = RunComparison(runs, of: [Tool.program])
            console.print(comparison.text(environment: environment))
            if let out { try comparison.writeChart(to: out) }
            let path = try out ?? comparison.writeChart(in: place.runs)
            console.print("\nCurves: \(path)")
        }
    }
}

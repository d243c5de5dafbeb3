import ArgumentParser
import Commands
import Runs

struct CompareRuns: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare",
        abstract: "Compare runs: options, results and curves.",
        discussion: """
            Example: mnist-bilstm runs compare gru latest --out curves.svg

            It prints the options in which the runs differ and their results, and draws their curves into one chart: \
            of the validation set or, for a run without one, of the training set. For runs of stock-forecast, the \
            curves are the training loss of each network.

            Exit codes: 0 done, 64 bad option, 66 missing run, 74 the chart could not be written.
            """)

    @Argument(
        help: ArgumentHelp(
            "Two or more runs: latest, the name of a run or sweep, or its path", valueName: "run"),
        completion: .run)
    var arguments: [String] = []

    @Option(
        name: .customLong("run"),
        help: ArgumentHelp("The same as an argument <run>; can be repeated", valueName: "run"),
        completion: .run)
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

    func validate() throws {
        guard names.count > 1 else {
            throw ValidationError(
                "Give at least two runs to compare; \"mnist-bilstm runs\" lists the runs.")
        }
        guard out != "" else { throw ValidationError("--out must name a file, not be empty.") }
    }

    func run() throws {
        try explained { console in
            let runs = try names.map({ try place.run($0) })
            guard Set(runs).count == runs.count else {
                throw ValidationError(
                    "Give each run once; \(names.joined(separator: " ")) names a run twice.")
            }
            let comparison = RunComparison(runs, of: [.mnistBiLSTM])
            console.print(comparison.text(environment: environment))
            if let out { try comparison.writeChart(to: out) }
            let path = try out ?? comparison.writeChart(in: place.runs)
            console.print("\nCurves: \(path)")
        }
    }
}

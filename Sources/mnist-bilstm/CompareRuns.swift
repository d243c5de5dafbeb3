import ArgumentParser
import Commands
import Runs

struct CompareRuns: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare",
        abstract: "Shows in which options runs differ, their results, and their curves in one picture.",
        discussion: """
            Example: mnist-bilstm runs compare 20260131-235959-gru latest --out curves.svg

            Curves show the validation set or, for a run without one, the training set; for runs of stock-forecast \
            they show each network's training loss.

            Exit codes: 0 done, 64 bad option, 66 no such run, 74 the picture could not be written.
            """)

    @Argument(
        help: ArgumentHelp("Two or more: latest, the name of a run or sweep, or its path.", valueName: "run"),
        completion: .run)
    var names: [String]

    @OptionGroup var place: RunsOption

    @Option(
        help: ArgumentHelp(
            "File of the curves (default: the first free of compare.svg, compare-2.svg… where the runs are).",
            valueName: "file"),
        completion: .file(extensions: ["svg"]))
    var out: String?

    @Flag(help: "Compare machines and versions, too.")
    var environment = false

    func validate() throws {
        guard names.count > 1 else {
            throw ValidationError(
                "Give two runs or more to compare; \"mnist-bilstm runs\" lists what there is.")
        }
        guard out != "" else { throw ValidationError("--out must name a file, not be empty.") }
    }

    func run() throws {
        try explained { console in
            let runs = try names.map({ try place.run($0) })
            guard Set(runs).count == runs.count else {
                throw ValidationError(
                    "Give each run once; \(names.joined(separator: " ")) has one of them twice.")
            }
            let comparison = RunComparison(runs, of: [.mnistBiLSTM])
            console.print(comparison.text(environment: environment))
            if let out { try comparison.writeChart(to: out) }
            let path = try out ?? comparison.writeChart(in: place.runs)
            console.print("\nCurves: \(path)")
        }
    }
}

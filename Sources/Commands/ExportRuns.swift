import ArgumentParser
import Console
import Platform
import Runs
import Sweeps

/// The command `runs export`: writes runs in the files of an experiment tracker.
package struct ExportRuns<Tool: RunTool>: ParsableCommand {
    package static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "export", abstract: "Write runs as files of MLflow.",
            discussion: """
                Example: \(Tool.program.name) runs export --to mlflow
                         \(Tool.program.name) runs export latest cells --to mlflow --out tracked

                It writes options, every number of metrics.csv, the steps of metrics.jsonl, the scores on the test set and \
                copies of the runs' files. Nothing is sent anywhere. A run that is exported again, also after a resume, keeps \
                its identifier and is replaced; damaged runs are named and left out. Each network of a run of stock-forecast \
                is a run below it.

                Exit codes: 0 done, 64 bad option, 65 a file of a run is damaged, 66 missing run, 74 a file could not be \
                read or written.
                """)
    }

    enum Format: String, ExpressibleByArgument, CaseIterable {
        case mlflow
    }

    @Argument(
        help: ArgumentHelp("Runs: \(Tool.runNames); all runs in --runs if none is given", valueName: "run"),
        completion: .runOrSweep)
    var names: [String] = []

    @Option(help: ArgumentHelp("Format of the files", valueName: "format"))
    var to: Format

    @Option(
        help: ArgumentHelp(
            "Directory of the files; other runs and experiments in it stay", valueName: "directory"),
        completion: .directory)
    var out = "mlruns"

    @Option(help: ArgumentHelp("Name of the experiment", valueName: "name"))
    var experiment = Tool.program.name

    @OptionGroup var place: RunsArguments

    @Flag(help: "Print a JSON object with the runs and their identifiers instead of text")
    var json = false

    package init() {}

    package func validate() throws {
        guard !out.isEmpty else { throw ValidationError("--out must name a directory, not be empty.") }
        guard (1...500).contains(experiment.count), experiment.printableLine == experiment else {
            throw ValidationError("--experiment must be 1 to 500 characters in one line.")
        }
    }

    package func run() throws {
        try explained {
            let console = try Console()
            let runs = try runs()
            guard !runs.isEmpty else {
                throw ValidationError("No runs in \(place.runs); train one, or give --runs.")
            }
            let store = try MLflowStore(path: out, experiment: experiment)
            var exported: [Exported] = []
            var problems: [String] = []
            var damagedCount = 0
            for run in runs {
                do {
                    let written = try store.write(run, of: [Tool.program])
                    exported.append(Exported(run: run.path, identifiers: written.identifiers))
                    problems += written.problems
                } catch let error as RunError {
                    problems.append("\(error) This run is not exported.")
                    damagedCount += 1
                }
            }
            try warn(problems + Self.namesakes(exported))
            if json {
                console.print(
                    result: try JSON.text(
                        Result(directory: out, experiment: experiment, runs: exported)))
            } else {
                console.print(
                    """
                    \(TextFormat.count(exported.count, "run")) in \(out), experiment \(experiment). To see them in MLflow:
                      pip install mlflow
                      \(ShellWords.quoted(["mlflow", "migrate-filestore", "--source", out, "--target", Self.database]))
                      \(ShellWords.quoted(["mlflow", "server", "--backend-store-uri", Self.database]))
                    """)
            }
            try console.finish()
            return damagedCount == 0 ? .success : .badData
        }
    }

    /// Returns a line for each run that has the name and the start of another one, and so its identifier.
    private static func namesakes(_ exported: [Exported]) -> [String] {
        var first: [String: String] = [:]
        return exported.compactMap { run in
            guard let other = first.updateValue(run.run, forKey: run.identifiers[0]) else { return nil }
            return
                "\(run.run) has the name and the start of \(other) and has replaced it; rename one of them and export again"
        }
    }

    private static var database: String { "sqlite:///mlflow.db" }

    private struct Exported: Encodable {
        let run: String
        /// The identifier of the run, then the identifiers of its networks.
        let identifiers: [String]
    }

    private struct Result: Encodable {
        let directory: String
        let experiment: String
        let runs: [Exported]
    }

    /// Returns the runs to export, each once; of a sweep, the runs of its entries.
    private func runs() throws -> [RunDirectory] {
        guard !names.isEmpty else { return try RunList(root: place.runs, of: [Tool.program]).runs.map(\.run) }
        var runs: [RunDirectory] = []
        for run in try names.flatMap(runs(named:)) where !runs.contains(run) { runs.append(run) }
        return runs
    }

    private func runs(named name: String) throws -> [RunDirectory] {
        guard let sweep = place.sweep(name, for: Tool.self) else {
            return [try place.run(name, for: Tool.self)]
        }
        return try sweep.plan().entries.compactMap { try sweep.run(of: $0) }
    }
}

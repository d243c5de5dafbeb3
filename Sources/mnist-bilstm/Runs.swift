import ArgumentParser
import Commands
import ImageClassification
import Platform
import Runs

struct Runs: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Lists runs, shows one, compares several.",
        discussion: """
            Without a command it lists. Examples:
              mnist-bilstm runs
              mnist-bilstm runs show latest
              mnist-bilstm runs compare 20260131-235959-gru 20260201-000813-lstm
            """,
        subcommands: [ListRuns.self, ShowRun.self, CompareRuns.self], defaultSubcommand: ListRuns.self)
}

/// Where runs are looked for.
struct RunsOption: ParsableArguments {
    @Option(
        help: ArgumentHelp("Where the directories of runs are.", valueName: "directory"),
        completion: .directory)
    var runs = ImageTraining.Options().runs

    func validate() throws {
        guard !runs.isEmpty else { throw ValidationError("--runs must name a directory, not be empty.") }
    }

    /// - Parameter program: whose run it is to be; any if nil.
    func run(_ name: String, of program: Program? = nil) throws -> RunDirectory {
        try RunDirectory.find(name, root: runs, of: program).run
    }
}

struct ListRuns: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Lists runs, the newest last.",
        discussion: """
            Example: mnist-bilstm runs list --json

            Best accuracy is the highest after an epoch of the images held out or, without any, the highest running one \
            of those trained on. A run that was killed has failed; it can be resumed.

            Exit codes: 0 done, 64 bad option, 74 the directory cannot be read.
            """)

    @OptionGroup var place: RunsOption

    @Flag(help: "Print a JSON array instead of a table.")
    var json = false

    func run() throws {
        try explained { console in
            let list = try RunList(root: place.runs, of: [.mnistBiLSTM])
            console.print(json ? try list.json() : list.text())
        }
    }
}

struct ShowRun: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Shows a run: the options that it chose, results, files, and how to go on with it.",
        discussion: """
            Example: mnist-bilstm runs show latest

            Exit codes: 0 done, 64 bad option, 66 no such run.
            """)

    @Argument(
        help: ArgumentHelp("latest, a run's name or its path.", valueName: "run"), completion: .run)
    var name = "latest"

    @OptionGroup var place: RunsOption

    func run() throws {
        try explained { console in
            console.print(try RunDescription(place.run(name), of: [.mnistBiLSTM]).text())
        }
    }
}

import ArgumentParser
import Commands
import Console
import Platform

/// Prints the table for people. This is the default command.
struct TableCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "table", abstract: "Print the whole table (the default).")

    @OptionGroup var common: CommonArguments

    @Flag(help: "Only a few seconds: shows that everything runs, the figures mean nothing.")
    var quick = false

    @Option(help: ArgumentHelp("Write every figure to this file.", valueName: "path"))
    var json: String?

    func run() throws {
        try explained { console in
            let progress = try Console(terminal: Terminal(descriptor: 2, isInteractive: false))
            let plan = BenchmarkPlan(data: common.data, threads: common.threads, isQuick: quick)
            let results = try plan.run { progress.print($0 + " …") }
            console.print(BenchmarkTable(results).rendered())
            if let json { try AtomicFile.writeOutput(JSON.text(results) + "\n", to: json) }
        }
    }
}

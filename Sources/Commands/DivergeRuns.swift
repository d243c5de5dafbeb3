import ArgumentParser
import Console
import Platform
import Runs

/// The command `runs diverge`: finds the first step and parameter in which two runs part.
package struct DivergeRuns<Tool: ReplayingTool>: ParsableCommand {
    package static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "diverge",
            abstract: "Find the first step and parameter in which two runs part.",
            discussion: """
                Example: \(Tool.program.name) runs diverge first second

                It prints the options that decide the weights and differ, skips the epochs after which the weights are equal, \
                and repeats both trainings step by step. Nothing is written.

                Exit codes: 0 the runs are equal, 1 they part, 64 bad option, 65 a run cannot be repeated, or other data, 66 \
                missing run or data, 71 not enough memory.
                """)
    }

    @Argument(
        help: ArgumentHelp("First run: \(Tool.runNames)", valueName: "run"), completion: .runOrSweep)
    var first: String

    @Argument(help: ArgumentHelp("Second run", valueName: "other-run"), completion: .runOrSweep)
    var second: String

    @OptionGroup(title: "Paths and threads") var process: ProcessArguments<Tool.Options>

    package init() {}

    package func run() throws {
        try explained {
            let runs = try [first, second].map { try process.run($0, of: Tool.self) }
            guard runs[0] != runs[1] else {
                throw ValidationError("Give two different runs; \(first) and \(second) are the same.")
            }
            let threads = try process.usedThreads()
            let replays = try runs.map { try Tool.replay(of: $0, threads: threads) }
            let console = try Console()
            let names = runs.map(\.name)
            let isExplained = try describe(runs, names, console)
            let result = try RunDivergence(replays[0], replays[1]).find()
            console.print(result.text(names))
            if !result.isNever, !isExplained {
                console.print(
                    "Options and data that decide the weights are the same, so one of the runs was changed, or another version "
                        + "of the program or a processor without fused multiply-add trained it.")
            }
            try console.finish()
            return result.isNever ? .success : .different
        }
    }

    /// Prints the differences of options and data; returns whether there are any.
    private func describe(_ runs: [RunDirectory], _ names: [String], _ console: Console) throws -> Bool {
        let states = try runs.map { run in
            guard let newest = try CheckpointStore(run).newest()?.checkpoint else {
                throw RunError.noCheckpoint(in: run, of: Tool.program)
            }
            let stored = try RunFile.read(StoredOptions<Tool.Options>.self, from: run.configuration).options
            return (options: try newest.options(on: stored, in: run), data: newest.details.data)
        }
        let options = states[0].options.divergences(from: states[1].options, names: names)
        console.print(
            options.isEmpty
                ? "Options that decide the weights: the same"
                : "Options that decide the weights:" + options.map { "\n  \($0)" }.joined())
        let hasSameData = states[0].data == states[1].data
        console.print(
            hasSameData
                ? "Data: the same"
                : "Data:\n  \(names[0]): \(states[0].data.cut(atMost: 200).printableLine)\n  \(names[1]): "
                    + states[1].data.cut(atMost: 200).printableLine)
        return !(options.isEmpty && hasSameData)
    }
}

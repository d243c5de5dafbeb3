import ArgumentParser
import Platform
import Runs

/// A tool that computes the states of its runs after any step.
package protocol ReplayingTool: RunTool {
    /// Returns the computation of the states of a run.
    ///
    /// - Throws: ``RunError`` for a run without a valid configuration.
    static func replay(of run: RunDirectory, threads: Int) throws -> any RunReplaying
}

/// The command `runs at`: writes the checkpoint of any step of a run.
package struct StateOfRun<Tool: ReplayingTool>: ParsableCommand {
    package static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "at",
            abstract: "Write the checkpoint that a run had after any step.",
            discussion: """
                Example: \(Tool.program.name) runs at latest --step 12345 --save at.safetensors
                         \(Tool.program.name) evaluate at.safetensors

                Training is repeated from the nearest earlier checkpoint, or from the beginning, with the run's options and \
                data. The file has the bytes of a checkpoint that the run saved after this step. The run is not changed.

                Exit codes: 0 done, 64 bad option, 65 the run cannot be repeated, or other data, 66 missing run, step or data, \
                71 not enough memory, 74 the file could not be written.
                """)
    }

    @OptionGroup var chosen: WholeRunArgument<Tool>

    @Option(
        help: ArgumentHelp(
            "Number of steps since the beginning, up to the newest checkpoint's", valueName: "step"))
    var step: Int

    @Option(
        help: ArgumentHelp("File to write, .safetensors", valueName: "file"),
        completion: .file(extensions: ["safetensors"]))
    var save: String

    @OptionGroup(title: "Paths and threads") var process: ProcessArguments<Tool.Options>

    package init() {}

    package func validate() throws {
        try check("--step", step, 0...1 << 40)
        guard !save.isEmpty else { throw ValidationError("--save must name a file, not be empty.") }
    }

    package func run() throws {
        try explained { console in
            let run = try process.run(chosen.name, of: Tool.self)
            let state = try Tool.replay(of: run, threads: process.usedThreads()).state(after: step)
            try state.checkpoint.write(to: save)
            let origin =
                state.computedSteps == 0 && step > 0
                ? "the run's own checkpoint" : "repeated from step \(state.origin)"
            console.print("\(save): step \(step), \(origin), SHA-256 of the weights \(state.sha256)")
        }
    }
}

extension ProcessArguments {
    /// Returns a run of a tool.
    func run<Tool: RunTool>(_ name: String, of tool: Tool.Type) throws -> RunDirectory {
        try RunDirectory.find(
            name, root: runs ?? RunDirectory.defaultRoot, of: Tool.program, lister: Tool.program.name
        ).run
    }
}

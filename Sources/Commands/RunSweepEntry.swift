import ArgumentParser
import Console
import Platform
import Sweeps

package struct RunSweepEntry<Tool: RunTool>: ParsableCommand {
    package static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "run", abstract: "Train or resume one entry of a sweep.",
            discussion: """
                Example: \(Tool.program.name) sweep run cells --index 7

                An entry that is done is not trained again, and neither is one whose result is in --results. An entry whose \
                loss is not finite is recorded as diverged. After Ctrl-C, SIGTERM or a closed terminal, the same command resumes the entry.

                Exit codes: 0 the entry is done, 64 bad option, 65 bad data, 66 missing sweep or data, 71 not enough \
                memory, 73 entry in use by another process, 74 a file could not be written, 75 stopped by a \
                request, 129 terminal closed, 130 Ctrl-C, 143 SIGTERM, or 128 + n for another signal n.
                """)
    }

    package init() {}

    @Argument(help: "Sweep: its name, or the path of its directory", completion: .sweep)
    var sweep: String

    @Option(parsing: .unconditional, help: "Number of the entry; the first is 0")
    var index: Int

    @Flag(help: "Train an entry whose result was computed before, for its weights")
    var again = false

    @OptionGroup var known: KnownResultsArguments

    @Flag(help: .hidden)
    var whileInput = false

    @OptionGroup var place: SweepLocationArguments<Tool>

    package func run() throws {
        if whileInput { CurrentProcess.endWithInput() }
        try explained {
            let console = try Console()
            let training = try SweepEntryTraining(
                place.find(sweep), index: index, known: known.directory(in: place.place.runs), again: again,
                place: place.data.givenWords)
            return try training.run(console: console) { words, isKnown in
                try Tool.Training.parse(words).train(unless: isKnown)
            }
        }
    }
}

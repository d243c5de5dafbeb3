import ArgumentParser
import Commands
import ImageClassification

struct Report: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Draws the pictures of a run anew: curves.svg, confusion.svg and report.html.",
        discussion: """
            Example: mnist-bilstm report latest

            Training draws them too; this is for runs that were killed, that still run, or that an older version made. \
            report.html is one file that needs no network.

            Exit codes: 0 done, 64 bad option, 66 no such run, 74 a file could not be written.
            """)

    @Argument(
        help: ArgumentHelp("latest, the name of a run or sweep, or its path.", valueName: "run"),
        completion: .run)
    var name = "latest"

    @OptionGroup var place: RunsOption

    func run() throws {
        try explained { console in
            let report = RunReport(run: try place.run(name, of: .mnistBiLSTM))
            try warn(report.record.problems)
            try report.write()
            console.print(report.record.run.report)
        }
    }
}

import ArgumentParser
import Commands
import ImageClassification

struct Report: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Write a run's HTML report and charts again.",
        discussion: """
            Example: mnist-bilstm report latest
                     mnist-bilstm report latest --language ko

            Training writes report.html, curves.svg and confusion.svg at its end; this command is for runs that were \
            killed, that are still running or that an older version made. report.html is a single file and works without \
            a network.

            Exit codes: 0 done, 64 bad option, 66 missing run, 74 a file could not be written.
            """)

    @Argument(
        help: ArgumentHelp("Run: latest, the name of a run or sweep, or its path", valueName: "run"),
        completion: .run)
    var name = "latest"

    @OptionGroup var chosen: LanguageArguments

    @OptionGroup var place: RunsArguments

    func run() throws {
        try explained { console in
            let report = ImageRunReport(run: try place.run(name, of: .mnistBiLSTM), language: chosen.language)
            try warn(report.record.problems)
            try report.write()
            console.print(report.record.run.report)
        }
    }
}

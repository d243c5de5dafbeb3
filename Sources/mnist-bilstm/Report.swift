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
            killed, that are still running or that an older version made. report.html is a single file and works offline.

            Exit codes: 0 done, 64 bad option, 66 missing run, 74 a file could not be written.
            """)

    @OptionGroup var chosen: WholeRunArgument

    @OptionGroup var language: LanguageArguments

    @OptionGroup var place: RunsArguments

    func run() throws {
        try explained { console in
            let report = ImageRunReport(
                run: try place.run(chosen.name, of: .mnistBiLSTM), language: language.language)
            try warn(report.record.problems)
            try report.write()
            console.print(report.record.run.report)
        }
    }
}

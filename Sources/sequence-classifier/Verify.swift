import ArgumentParser
import Commands
import SequenceClassification

struct Verify: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Train a run again and compare every bit.",
        discussion: """
            Example: sequence-classifier verify latest
                     sequence-classifier verify receipt.json --epochs 3 --data mine.csv

            \(HelpText.verification)
            """)

    @OptionGroup var verification: VerifyArguments<SequenceClassifierTool>

    @Option(
        help: ArgumentHelp(
            "Training sequences: a file or a folder; or the text of a receipt of a text (default: the run's)",
            valueName: "path"), completion: .file())
    var data: String?

    @Option(
        help: ArgumentHelp(
            "Test sequences: a file or a folder (default: the run's, or …_TEST beside …_TRAIN)",
            valueName: "path"), completion: .file())
    var test: String?

    @OptionGroup(title: "Paths and threads") var process: ProcessArguments<SequenceTraining.Options>

    func run() throws {
        try verification.run(
            process,
            change: { options, receipt in
                if receipt.isOfText {
                    options.text = data ?? options.text ?? "datasets/shakespeare/shakespeare.txt.gz"
                } else {
                    options.text = nil
                    options.data = data ?? options.data
                    options.test = test ?? options.test
                }
            },
            verify: {
                $0.receipt.isOfText
                    ? try $0.run(as: TextTraining.self) : try $0.run(as: SequenceTraining.self)
            })
    }
}

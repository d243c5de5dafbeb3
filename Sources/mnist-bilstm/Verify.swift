import ArgumentParser
import Commands
import Datasets
import ImageClassification

struct Verify: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Train a run again and compare every bit.",
        discussion: """
            Example: mnist-bilstm verify latest
                     mnist-bilstm verify receipt.json --epochs 3 --data datasets/mnist

            \(HelpText.verification)
            """)

    @OptionGroup var verification: VerifyArguments<MNISTBiLSTM>

    @Option(
        help: ArgumentHelp(
            "Teacher of a receipt that names one: a run or checkpoint (default: the run's copy)",
            valueName: "run"), completion: .runOrSweep)
    var teacher: String?

    @Option(
        help: ArgumentHelp(
            "Initial weights of a receipt that names some: a run or file (default: the run's copy)",
            valueName: "run"), completion: .runOrSweep)
    var initFrom: String?

    @Option(
        help: ArgumentHelp(
            "Directory of the images (default: the run's, or the directory of the data set in datasets)",
            valueName: "directory"), completion: .directory)
    var data: String?

    @OptionGroup(title: "Paths and threads") var process: ProcessArguments<ImageTraining.Options>

    func run() throws {
        try verification.run(
            process,
            change: { options, receipt in
                if case .text(let name)? = receipt.segments.first?.options["dataset"],
                    let dataset = ImageDataset.named(name)
                {
                    options.choose(dataset, data: data)
                }
                options.teacher = teacher ?? options.teacher
                options.initFrom = initFrom ?? options.initFrom
            }, verify: { try $0.run(as: ImageTraining.self) })
    }
}

import ArgumentParser
import Commands
import ImageClassification
import Runs

struct Summary: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show a model: layers, parameters and multiply-adds.",
        discussion: """
            Example: mnist-bilstm summary --cell gru --hidden-size 64
                     mnist-bilstm summary --dataset emnist-letters
                     mnist-bilstm summary latest

            Without a run, it shows the model that the options describe, for the image size and classes of --dataset or \
            of the images in --data. With a run, it shows the model of its checkpoint and the options of its training.

            Exit codes: 0 done, 64 bad option, 65 bad data or checkpoint, 66 missing data, run or checkpoint.
            """)

    @OptionGroup var summary: SummaryArguments<MNISTBiLSTM>

    @OptionGroup(title: "Model") var model: ModelArguments

    @OptionGroup(title: "Data") var images: DataArguments

    func validate() throws { try summary.check(model.givenNames + images.givenNames) }

    func run() throws {
        try summary.run(
            trained: { ModelDescription($0) },
            described: { try ModelDescription(images.applied(to: model.applied(to: .init()))) })
    }
}

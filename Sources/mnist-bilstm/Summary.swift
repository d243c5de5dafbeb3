import ArgumentParser
import Commands
import ImageClassification

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

    @OptionGroup var chosen: OptionalRunArgument

    @OptionGroup var choice: CheckpointArguments

    @Option(
        help: ArgumentHelp(
            "Directory of the runs (default: \(ImageTraining.Options().runs))",
            valueName: "directory"), completion: .directory)
    var runs: String?

    @OptionGroup(title: "Model") var model: ModelArguments

    @OptionGroup(title: "Data") var images: DataArguments

    func validate() throws {
        try checkUse("--checkpoint", choice.checkpoint != nil, of: "a run", chosen.given != nil)
        try checkUse("--runs", runs != nil, of: "a run", chosen.given != nil)
        guard let name = chosen.given, let option = (model.givenNames + images.givenNames).first else {
            return
        }
        throw ValidationError("\(option) has no effect with a run: \(name) already has a model.")
    }

    func run() throws {
        try explained { console in
            let description: ModelDescription
            if let name = chosen.given {
                description = ModelDescription(try choice.model(name, root: runs))
            } else {
                description = try ModelDescription(images.applied(to: model.applied(to: .init())))
            }
            console.print(try description.text())
        }
    }
}

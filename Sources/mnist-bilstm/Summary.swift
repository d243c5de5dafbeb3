import Commands
import ImageClassification
import ImageCommands
import Runs

extension MNISTBiLSTM: DescribingTool {
    typealias ModelOptions = ModelArguments
    typealias DataOptions = DataArguments

    static var summaryExamples: [String] {
        ["--cell gru --hidden-size 64", "--dataset emnist-letters", "latest"]
    }

    static var modelSize: String {
        "the image size and classes of --dataset or of the images in --data"
    }

    static func description(of model: ImageModel) throws -> ModelDescription<Options> {
        ModelDescription(model)
    }

    static func description(of options: Options) throws -> ModelDescription<Options> {
        try ModelDescription(options)
    }
}

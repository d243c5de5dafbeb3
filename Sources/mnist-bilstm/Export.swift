import Commands
import DigitPage
import ImageClassification
import ImageCommands
import Interchange
import Platform
import Runs

extension MNISTBiLSTM: ExportingTool {
    static let exportFormats = ExportFormat.allCases

    static func page(of model: ImageModel) throws -> String { try DigitPage(model).html }

    static func exportedMetadata(of model: ImageModel) throws -> [String: String] {
        var metadata = [
            ONNXExport.MetadataKey.classes: try JSON.text(exportedClasses(of: model), pretty: false),
            ONNXExport.MetadataKey.preparation: try JSON.text(model.preparation, pretty: false),
            ONNXExport.MetadataKey.input: try exportedInput(of: model),
        ]
        // The data with which another program trained the weights is unknown.
        if !model.checkpoint.isImported {
            metadata[ONNXExport.MetadataKey.dataset] = (model.options?.dataset ?? .mnist).name
        }
        return metadata
    }

    static func exportedInput(of model: ImageModel) throws -> String {
        "Each pixel is its grey divided by 255: 0 is black, 1 is white."
    }

    static func exportedClasses(of model: ImageModel) throws -> [String] { model.classNames }

    static func exportedPurpose(of model: ImageModel) throws -> ModelCard.Purpose {
        let dataset = model.options?.dataset ?? .mnist
        var purpose = ModelCard.Purpose(
            task: ("image-classification", "Image Classification"),
            dataset: (hubNames[dataset.name] ?? dataset.name, dataset.title),
            input: "Its input is an image read as a sequence of rows. \(try exportedInput(of: model))")
        purpose.isListed = true
        purpose.hasDataset = hubNames[dataset.name] != nil
        return purpose
    }

    /// The names of data sets at the Hugging Face Hub.
    private static let hubNames = [
        "mnist": "ylecun/mnist", "fashion-mnist": "zalando-datasets/fashion_mnist",
    ]
}

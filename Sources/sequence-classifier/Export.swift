import Commands
import Interchange
import Platform
import Runs
import SequenceClassification

extension SequenceClassifierTool: ExportingTool {
    static let exportFormats: [ExportFormat] = [.onnx, .hub]

    static func exportedMetadata(of model: SequenceClassifier) throws -> [String: String] {
        [
            ONNXExport.MetadataKey.classes: try JSON.text(exportedClasses(of: model), pretty: false),
            ONNXExport.MetadataKey.input: try exportedInput(of: model),
        ]
    }

    static func exportedClasses(of model: SequenceClassifier) throws -> [String] {
        guard model.isOfTexts else { return try model.form.classes }
        return try model.checkpoint.vocabulary(path: model.path).characters.map { String(Character($0)) }
    }

    static func exportedInput(of model: SequenceClassifier) throws -> String {
        guard model.isOfTexts else {
            return model.checkpoint.model.normalization == nil
                ? "The numbers are those of the files."
                : "The numbers are those of the files; their normalization is part of the model."
        }
        return "Each symbol is the index of a character in the metadata's list of classes."
    }

    static func exportedPurpose(of model: SequenceClassifier) throws -> ModelCard.Purpose {
        let data = model.checkpoint.details.data
        var purpose = ModelCard.Purpose(
            task: model.isOfTexts
                ? ("text-generation", "Text Generation")
                : ("sequence-classification", "Sequence Classification"),
            dataset: (FilePath.name(of: model.options?.data ?? "sequences"), data),
            input: try exportedInput(of: model))
        purpose.isListed = model.isOfTexts
        return purpose
    }
}

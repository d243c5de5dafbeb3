import Commands
import ImageClassification
import Interchange
import Platform

extension MNISTBiLSTM: ExportingTool {
    static func exportedMetadata(of model: ImageModel) throws -> [String: String] {
        [
            ONNXExport.MetadataKey.classes: try JSON.text(model.classNames, pretty: false),
            ONNXExport.MetadataKey.preparation: try JSON.text(model.preparation, pretty: false),
            ONNXExport.MetadataKey.input: try exportedInput(of: model),
            ONNXExport.MetadataKey.dataset: (model.options?.dataset ?? .mnist).name,
        ]
    }

    static func exportedInput(of model: ImageModel) throws -> String {
        "Each pixel is its grey divided by 255: 0 is black, 1 is white."
    }
}

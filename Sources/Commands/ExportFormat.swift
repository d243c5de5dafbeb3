/// A form of a model for other programs. A format that is added has a case here and in ``ExportCommand``.
package enum ExportFormat: String, CaseIterable, Sendable {
    case onnx
    case html
    case hub

    /// The name of the file or directory in the run's directory.
    var fileName: String {
        switch self {
        case .onnx: "model.onnx"
        case .html: "digits.html"
        case .hub: "hub"
        }
    }

    /// The end of the name beside a checkpoint that belongs to no run.
    var suffix: String {
        switch self {
        case .onnx: ".onnx"
        case .html: ".html"
        case .hub: "-hub"
        }
    }

    /// The use of the format, for the list of formats.
    var purpose: String {
        switch self {
        case .onnx: "a file for ONNX Runtime, OpenVINO and other programs"
        case .html: "a page to draw digits, which the model reads while you draw; works offline"
        case .hub: "a directory for a hub of models, such as Hugging Face's: weights, ONNX file, description"
        }
    }
}

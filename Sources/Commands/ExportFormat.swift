import ArgumentParser

/// A form of a model for other programs. A format that is added has a case here and in ``ExportCommand``.
package enum ExportFormat: String, CaseIterable, Sendable, ExpressibleByArgument {
    case onnx

    /// The name of the file in the run's directory.
    var fileName: String {
        switch self {
        case .onnx: "model.onnx"
        }
    }

    /// The use of the format, for the list of formats.
    var purpose: String {
        switch self {
        case .onnx: "a file for ONNX Runtime, OpenVINO and other programs"
        }
    }
}

extension ImportedModel {
    /// Reads a model from a file of any known kind.
    ///
    /// - Parameter choices: The facts about the model that PyTorch's weights do not show.
    /// - Throws: ``ImportError``, the errors of the file.
    package init(file path: String, _ choices: WeightChoices = .init()) throws {
        switch try ModelFileKind(ofFile: path) {
        case .onnx: throw ImportError(path: path, problem: .onnx)
        case .pytorch, .other: try self.init(weights: path, choices)
        }
    }
}

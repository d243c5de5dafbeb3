import Console
import Interchange
import NeuralNetworks
import Platform
import Runs
import Safetensors
import Training

/// A directory with a model for a hub of models, such as Hugging Face's, as the command `export` prints it:
/// `model.safetensors`, `model.onnx`, `config.json` and `README.md`.
package struct ExportedHub: ExportedModel {
    private let format = ExportFormat.hub.rawValue
    private let path: String
    private let files: [String]

    private enum CodingKeys: String, CodingKey { case format, path, files }

    private static let modelType = "recurrent-networks"

    /// The content of `config.json`.
    private struct Configuration: Encodable {
        let modelType = ExportedHub.modelType
        let architectures: [String]
        let packageVersion = PackageVersion.current
        let model: SequenceModel
        let id2label: [String: String]
        let label2id: [String: Int]
        let preparation: JSONValue?
        /// The training data; nil if it is unknown.
        let dataset: String?
    }

    /// Whether a `README.md` that was there is kept: it may contain changes, such as a licence.
    private let keepsDescription: Bool

    /// Writes the directory, `README.md` last.
    ///
    /// - Parameters:
    ///   - source: The model as an ONNX file.
    ///   - card: The content of `README.md`.
    ///   - classNames: The names of the classes.
    ///   - preparation: The preparation of the input, as JSON; nil if there is none.
    ///   - dataset: The title of the training data; nil if it is unknown.
    ///   - directory: The directory to write; `hub` beside the run's files if nil.
    /// - Throws: ``ONNXExportError``; `FileError`; ``OptionError`` for a directory with other files.
    init(
        _ source: ONNXSource, card: ModelCard, classNames: [String], preparation: String?, dataset: String?,
        to directory: String?
    ) throws {
        path = directory ?? source.defaultPath(for: .hub)
        try Self.check(path)
        try Directory.make(path)
        let (path, model) = (path, source.model)
        func place(_ name: String) -> String { FilePath.join(path, name) }
        let onnx = place("model.onnx")
        let graph = try ONNXExport(model).content(
            parameters: source.parameters, metadata: source.metadata, for: onnx)
        try AtomicFile.write(graph, to: onnx)
        var weights = SafetensorsWriter(metadata: ["format": "pt"])
        for parameter in model.layout.parameters {
            weights.add(parameter.name, shape: parameter.shape, Array(source.parameters[parameter.range]))
        }
        try AtomicFile.write(weights.serialized(), to: place("model.safetensors"))
        let names = classNames.enumerated().map { ($0.element, $0.offset) }
        try JSON.write(
            Configuration(
                architectures: [model.stack.cell.family], model: model,
                id2label: Dictionary(uniqueKeysWithValues: names.map { ("\($0.1)", $0.0) }),
                label2id: Dictionary(names, uniquingKeysWith: { first, _ in first }),
                preparation: try preparation.map { try JSON.value(from: $0) }, dataset: dataset),
            to: place("config.json"))
        let description = place("README.md")
        keepsDescription = try POSIX.kind(at: description) != nil
        if !keepsDescription { try AtomicFile.write(card.text, to: description) }
        files = ["README.md", "config.json", "model.onnx", "model.safetensors"]
    }

    /// Checks that a directory is new, empty, or from an earlier export, so that no other file is replaced.
    private static func check(_ path: String) throws {
        guard try POSIX.kind(at: path, followingLinks: true) != nil, try !POSIX.names(in: path).isEmpty else {
            return
        }
        struct Mark: Decodable { var modelType: String }
        let mark = try? JSON.read(Mark.self, from: FilePath.join(path, "config.json"))
        guard mark?.modelType == modelType else {
            throw OptionError(
                "\(path.printableLine): expected a new or empty directory, or one of an earlier export, found other files; name "
                    + "another one with --out.")
        }
    }

    package var text: String {
        let kept = "\nREADME.md was there and is kept; remove it to have a new one."
        return """
            Written: \(path) (\(files.joined(separator: ", ")))\(keepsDescription ? kept : "")

            Next, look through README.md, choose a licence in it, and send the directory to the hub:
              pip install huggingface_hub
              \(ShellWords.quoted(["hf", "upload", "NAME/MODEL", path]))
            """
    }
}

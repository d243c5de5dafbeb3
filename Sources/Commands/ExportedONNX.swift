import Console
import Interchange
import NeuralNetworks
import ONNX
import Platform
import Runs

/// A model that is exported as an ONNX file.
package struct ONNXSource {
    let model: SequenceModel
    let parameters: [Float]
    /// Texts about the model, by the keys of ``ONNXExport/MetadataKey``.
    let metadata: [String: String]
    /// The name of the checkpoint, for the first line of the output.
    let title: String
    private let checkpoint: String
    private let run: RunDirectory?
    /// The meaning of the input's numbers, as a whole sentence.
    let input: String

    /// - Parameters:
    ///   - metadata: Texts about the model.
    ///   - checkpoint: The path of the checkpoint.
    ///   - run: The directory of the run, or of a network in it; nil for a checkpoint outside of a run.
    package init(
        _ model: SequenceModel, parameters: [Float], metadata: [String: String], title: String,
        checkpoint: String, run: RunDirectory?, input: String
    ) {
        self.model = model
        self.parameters = parameters
        self.metadata = metadata
        self.title = title
        self.input = input
        self.checkpoint = checkpoint
        self.run = run
    }

    /// Returns the path to write if the command line names none: in the run's directory or, without a run, beside the
    /// checkpoint.
    func defaultPath(for format: ExportFormat) -> String {
        run.map { FilePath.join($0.path, format.fileName) }
            ?? FilePath.join(
                FilePath.directory(of: checkpoint),
                Self.stem(of: FilePath.name(of: checkpoint)) + format.suffix)
    }

    private static func stem(of name: String) -> String {
        let suffix = ".safetensors"
        return name.hasSuffix(suffix) && name.count > suffix.count
            ? String(name.dropLast(suffix.count)) : name
    }
}

/// An ONNX file that was written, as the command `export` prints it.
package struct ExportedONNX: ExportedModel {
    private let format = ExportFormat.onnx.rawValue
    private let path: String
    private let bytes: Int
    private let sha256: String
    private let opset: Int
    private let irVersion: Int
    private let inputs, outputs: [Value]

    private let source: ONNXSource

    private struct Value: Encodable {
        let name, type, shape: String

        init(_ value: ONNXValue) {
            name = value.name
            type = "\(value.type)"
            let sizes = (value.shape ?? []).map { dimension in
                switch dimension {
                case .size(let size): "\(size)"
                case .named(let name): name
                case .unknown: "?"
                }
            }
            shape = sizes.count == 1 ? "(\(sizes[0]),)" : "(\(sizes.joined(separator: ", ")))"
        }

        var text: String { "\(name) \(shape), \(type)" }
    }

    private enum CodingKeys: String, CodingKey {
        case format, path, bytes, sha256, opset, irVersion, inputs, outputs
    }

    /// Writes the file.
    ///
    /// - Throws: ``OptionError`` for options that the model cannot have; ``ONNXExportError``; `FileError`.
    package init(_ source: ONNXSource, _ arguments: ExportArguments) throws {
        guard !arguments.softmax || source.model.classCount > 0 else {
            throw OptionError("--softmax: the model computes values, not classes; remove --softmax.")
        }
        guard !arguments.noLengths || source.model.sequenceLength == nil else {
            throw OptionError(
                "--no-lengths: the model reads sequences of one length and has no input of lengths; remove --no-lengths."
            )
        }
        var export = ONNXExport(source.model)
        export.opset = arguments.opset ?? ONNXExport.defaultOpset
        export.softmax = arguments.softmax
        if arguments.noLengths { export.lengths = false }
        let place = source.defaultPath(for: .onnx)
        let content = try export.content(
            parameters: source.parameters, metadata: source.metadata, for: arguments.out ?? place)
        path = try arguments.write(content, orTo: place)
        var sum = SHA256()
        sum.update(content)
        (bytes, sha256) = (content.count, sum.hexDigest)
        (opset, irVersion) = (export.opset, ONNXExport.irVersion(ofOpset: export.opset))
        (inputs, outputs) = (export.inputs.map(Value.init), export.outputs.map(Value.init))
        self.source = source
    }

    package var text: String {
        """
        Checkpoint: \(source.title)
        Written: \(path) (ONNX, operators \(opset), \(TextFormat.bytes(bytes)))
        Input: \(inputs.map(\.text).joined(separator: "; "))
        Output: \(outputs.map(\.text).joined(separator: "; "))
        \(source.input)

        Next, in Python, after pip install onnxruntime:
        \(source.call(path: path, inputs: inputs.map(\.name)).map { "  \($0)" }.joined(separator: "\n"))
        """
    }
}

extension ONNXSource {
    /// Returns lines of Python that run the file on a batch of one sequence of zeros, in the types of the inputs.
    func call(path: String, inputs: [String]) -> [String] {
        [
            "import numpy, onnxruntime", "model = onnxruntime.InferenceSession(\(path.quoted))",
            "print(model.run(None, {\(feeds(of: inputs))}))",
        ]
    }

    private func feeds(of inputs: [String]) -> String {
        let steps = model.sequenceLength ?? 10
        let feeds = inputs.map { input in
            let call =
                switch input {
                case ONNXExport.Name.lengths: "numpy.full(1, \(steps), numpy.int32)"
                case ONNXExport.Name.symbols: "numpy.zeros((1, \(steps)), numpy.int64)"
                default: "numpy.zeros((1, \(steps), \(model.stack.inputSize)), numpy.float32)"
                }
            return "\"\(input)\": \(call)"
        }
        return feeds.joined(separator: ", ")
    }
}

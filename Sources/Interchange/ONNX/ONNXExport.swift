import NeuralNetworks
import ONNX
import Platform

/// A model as an ONNX graph.
///
/// The graph has one node for each recurrent layer and computes the same as the model: its input is (N, L, D), or the
/// indices (N, L) of a model of symbols, for any batch size N. A model of sequences of any length has a second input, the
/// numbers of steps `lengths` (N), so that shorter sequences of a batch can be padded at their ends.
package struct ONNXExport: Hashable, Sendable {
    /// The configuration of the model.
    package let model: SequenceModel
    /// The version of ONNX's operator set.
    package var opset = Self.defaultOpset
    /// Whether a classifier computes probabilities instead of scores before softmax.
    package var softmax = false
    /// Whether the graph has the input `lengths`. Without it, all sequences of a batch have the same number of steps.
    package var lengths: Bool

    package static let opsets = 9...22
    /// The version that ONNX Runtime has read since 2022, and that every current reader knows.
    package static let defaultOpset = 16

    /// Creates an export with the default options.
    package init(_ model: SequenceModel) {
        self.model = model
        lengths = model.sequenceLength == nil
    }

    /// The names of the graph's inputs and outputs.
    package enum Name {
        package static let input = "input"
        package static let symbols = "symbols"
        package static let lengths = "lengths"
        package static let logits = "logits"
        package static let probabilities = "probabilities"
        package static let values = "values"
    }

    /// The name of the output: scores before softmax, probabilities, or a regressor's values.
    package var outputName: String {
        if model.classCount == 0 { return Name.values }
        return softmax ? Name.probabilities : Name.logits
    }

    /// The inputs of the graph.
    package var inputs: [ONNXValue] {
        let sequences =
            model.readsSymbols
            ? ONNXValue(Name.symbols, .int64, shape: [batch, steps])
            : ONNXValue(Name.input, shape: [batch, steps, .size(model.stack.inputSize)])
        return lengths ? [sequences, ONNXValue(Name.lengths, .int32, shape: [batch])] : [sequences]
    }

    /// The output of the graph.
    package var outputs: [ONNXValue] {
        let size = ONNXValue.Dimension.size(model.output.count)
        return [ONNXValue(outputName, shape: model.hasStepOutputs ? [batch, steps, size] : [batch, size])]
    }

    private var batch: ONNXValue.Dimension { .named("N") }
    private var steps: ONNXValue.Dimension { model.sequenceLength.map { .size($0) } ?? .named("L") }

    /// The smallest version of the file format with the operator set.
    package static func irVersion(ofOpset opset: Int) -> Int {
        switch opset {
        case ...9: 4
        case 10: 5
        case 11: 6
        case 12...14: 7
        case 15...18: 8
        case 19...20: 9
        default: 10
        }
    }

    /// Returns the graph with its weights and texts.
    ///
    /// - Parameters:
    ///   - parameters: The parameters, in the order of the model's layout.
    ///   - metadata: Texts about the model, besides the model's configuration and the digest of its weights.
    package func onnxModel(parameters: [Float], metadata: [String: String] = [:]) throws -> ONNXModel {
        var metadata = metadata
        metadata[MetadataKey.model] = try JSON.text(model, pretty: false)
        metadata[MetadataKey.digest] = Self.digest(of: parameters)
        return ONNXModel(
            irVersion: Self.irVersion(ofOpset: opset), producer: "recurrent-networks",
            producerVersion: PackageVersion.current, opsets: ["": opset],
            graph: graph(parameters: parameters),
            metadata: metadata)
    }

    /// Returns the graph without texts.
    func graph(parameters: [Float]) -> ONNXGraph {
        precondition(
            Self.opsets.contains(opset),
            "opset must be \(Self.opsets.lowerBound) to \(Self.opsets.upperBound), not \(opset)")
        precondition(!softmax || model.classCount > 0, "softmax: expected a classifier, received a regressor")
        precondition(
            !lengths || model.sequenceLength == nil,
            "lengths: expected a model of sequences of any length, received one of a fixed sequenceLength")
        var builder = ONNXGraphBuilder(self, parameters: parameters)
        return builder.graph()
    }

    /// The SHA-256 of the parameters as little-endian floats, in the order of the model's layout.
    static func digest(of parameters: [Float]) -> String {
        var sum = SHA256()
        parameters.map(\.bitPattern.littleEndian).withUnsafeBytes { sum.update($0) }
        return sum.hexDigest
    }

    /// The keys of the texts about a model.
    package enum MetadataKey {
        /// The configuration of the model as JSON.
        package static let model = "model"
        /// The SHA-256 of the weights; see ``ONNXExport``.
        package static let digest = "weights_sha256"
        /// The names of the classes, or the characters, as a JSON array.
        package static let classes = "classes"
        /// The preparation of the input: the scale of pixels, or scalers and columns.
        package static let preparation = "preparation"
        /// The meaning of the input's numbers.
        package static let input = "input"
        package static let run = "run"
        /// The name of the data set, and a description of the data.
        package static let dataset = "dataset"
        package static let data = "data"
        package static let steps = "training_steps"
    }
}

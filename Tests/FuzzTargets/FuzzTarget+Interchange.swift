import Interchange
import NeuralNetworks
import ONNX

extension FuzzTarget {
    /// An ONNX file. Content that is read must be the same when it is written again, and a model that is imported must be
    /// the same when it is exported and imported again.
    static let onnx = FuzzTarget("onnx") { input in
        let file = try ONNXFile(bytes: input.bytes, path: "file.onnx")
        let again = try readBack { try ONNXFile(bytes: file.model.encoded(), path: "written.onnx") }
        try require(again.nodeOffsets.count == file.model.graph.nodes.count, "a node has no place")
        try require(
            same(again.model, file.model), "the model differs when it is written again")
        let imported = try ImportedModel(onnx: input.bytes, path: "file.onnx")
        try require(
            imported.parameters.count == imported.model.layout.count, "the parameters do not fit the model")
        let other = try readBack {
            try ImportedModel(
                onnx: ONNXExport(imported.model).onnxModel(parameters: imported.parameters).encoded(),
                path: "written.onnx")
        }
        try require(other.model == imported.model, "the model differs when it is exported and imported again")
        try require(
            other.parameters.map(\.bitPattern) == imported.parameters.map(\.bitPattern),
            "the parameters differ when they are exported and imported again")
    }

    /// Compares models by what is written: NaN does not equal itself, and tensors of other types are written without
    /// elements.
    private static func same(_ left: ONNXModel, _ right: ONNXModel) -> Bool {
        left.encoded() == right.encoded()
    }
}

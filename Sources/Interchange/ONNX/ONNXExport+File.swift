import NeuralNetworks
import ONNX
import Platform
import Training

extension ONNXExport {
    /// Writes the graph with its weights to a file, which is replaced atomically.
    ///
    /// - Parameters:
    ///   - parameters: The parameters, in the order of the model's layout.
    ///   - metadata: Texts about the model.
    /// - Throws: ``ONNXExportError`` for weights that cannot be written; `FileError` if the file cannot be written.
    package func write(parameters: [Float], metadata: [String: String] = [:], to path: String) throws {
        try AtomicFile.writeOutput(content(parameters: parameters, metadata: metadata, for: path), to: path)
    }

    /// Returns the content of a file.
    ///
    /// - Parameters:
    ///   - parameters: The parameters, in the order of the model's layout.
    ///   - metadata: Texts about the model.
    ///   - path: The path of the file, for errors.
    /// - Throws: ``ONNXExportError`` for weights that cannot be written.
    package func content(
        parameters: [Float], metadata: [String: String] = [:], for path: String
    ) throws -> [UInt8] {
        guard parameters.allSatisfy(\.isFinite) else {
            throw ONNXExportError(path: path, problem: .notFinite)
        }
        let size = parameters.count * MemoryLayout<Float>.size
        guard size <= ONNXExportError.mostBytes else {
            throw ONNXExportError(path: path, problem: .tooLarge(bytes: size))
        }
        // The parameters in the order of ONNX, each message, and the messages that contain it.
        try MemoryShortage.check(6 * Double(size), for: path.printableLine)
        return try onnxModel(parameters: parameters, metadata: metadata).encoded()
    }
}

extension Checkpoint {
    /// Writes the model as an ONNX file, for ONNX Runtime, OpenVINO and other programs.
    ///
    /// The input of the graph is `input`, (N, L, D) floats, or `symbols`, (N, L) 64-bit integers, for any batch size N. A
    /// model of sequences of any length also reads `lengths`, (N) 32-bit integers from 1: the number of steps of each
    /// sequence, whose other steps are not read. The output is `logits`, (N, C) or (N, L, C), the scores before softmax;
    /// `probabilities` with `softmax`, or `values` of a regressor. Names of classes and other texts are in the
    /// metadata, and a SHA-256 of the weights. The outputs equal the model's except for rounding.
    ///
    /// - Parameters:
    ///   - path: The path of the file. An existing file is replaced atomically; after an error it is unchanged.
    ///   - opset: The version of ONNX's operator set, 9 to 22. Other versions trap.
    ///   - softmax: Whether the output is probabilities. A regressor traps.
    ///   - averaged: Whether to use the averaged weights; without an `average` this traps.
    /// - Throws: ``ONNXExportError`` for weights that are not finite or too many; `FileError` if the file cannot be
    ///   written.
    public func write(
        onnx path: String, opset: Int = 16, softmax: Bool = false, averaged: Bool = false
    ) throws {
        precondition(!averaged || average != nil, "write: expected averaged weights, found none")
        var export = ONNXExport(model)
        (export.opset, export.softmax) = (opset, softmax)
        try export.write(
            parameters: averaged ? average ?? [] : parameters, metadata: onnxMetadata, to: path)
    }

    /// The texts about the model that the checkpoint contains.
    package var onnxMetadata: [String: String] {
        var texts = [ONNXExport.MetadataKey.steps: String(stepCount)]
        texts[ONNXExport.MetadataKey.preparation] = details.preparation
        if !details.data.isEmpty { texts[ONNXExport.MetadataKey.data] = details.data }
        return texts
    }
}

extension Trainer {
    /// Writes the current state of the model as an ONNX file, for ONNX Runtime, OpenVINO and other programs; see
    /// `Checkpoint.write(onnx:)`, whose parameters and errors are the same.
    ///
    /// - Parameters:
    ///   - path: The path of the file. An existing file is replaced atomically; after an error it is unchanged.
    ///   - opset: The version of ONNX's operator set, 9 to 22. Other versions trap.
    ///   - softmax: Whether the output is probabilities. A regressor traps.
    public func write(onnx path: String, opset: Int = 16, softmax: Bool = false) throws {
        try Checkpoint(of: self).write(onnx: path, opset: opset, softmax: softmax)
    }
}

/// The error that a model cannot be written as an ONNX file.
public struct ONNXExportError: Error, Hashable, Sendable, CustomStringConvertible {
    enum Problem: Hashable, Sendable {
        case notFinite
        case tooLarge(bytes: Int)
    }

    /// The path of the file, which is unchanged.
    public let path: String
    let problem: Problem

    /// The maximum size of the weights: a message of Protocol Buffers has less than 2 GiB.
    static let mostBytes = 2_000_000_000

    public var description: String {
        switch problem {
        case .notFinite:
            "\(path.printableLine): not written: expected finite weights, found NaN or infinity; export an earlier checkpoint"
        case .tooLarge(let bytes):
            "\(path.printableLine): not written: expected at most \(Self.mostBytes) bytes of weights, the limit of ONNX "
                + "files, found \(bytes); export a smaller model"
        }
    }
}

extension ONNXExportError: ReportedError {
    package var exitStatus: ExitStatus { .badData }
}

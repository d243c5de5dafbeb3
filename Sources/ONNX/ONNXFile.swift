import Platform
import Protobuf

/// The content of an ONNX file. Weights in other files are refused.
package struct ONNXFile: Sendable {
    package let path: String
    package let model: ONNXModel
    /// The place of each node of the graph, in bytes from the beginning of the file.
    package let nodeOffsets: [Int]

    /// Reads the content of a file that is already in memory. It takes at most a few times the memory of the bytes.
    ///
    /// - Parameters:
    ///   - bytes: The content of the whole file.
    ///   - path: The path of the file, for errors.
    /// - Throws: ``ONNXError`` if the content is not an ONNX model.
    package init(bytes: [UInt8], path: String) throws(ONNXError) {
        var decoder = ONNXDecoder(bytes, path: path)
        do throws(ProtobufError) {
            model = try decoder.model()
        } catch {
            throw decoder.refusal
                ?? ONNXError(
                    path: path, offset: error.offset, problem: .damaged, expected: error.expected,
                    found: error.found)
        }
        nodeOffsets = decoder.nodeOffsets
        self.path = path
    }
}

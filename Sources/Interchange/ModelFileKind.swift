import Platform
import PyTorchFiles

/// The kind of a file with a model, by its first bytes, whatever its name.
package enum ModelFileKind: Hashable, Sendable {
    /// A file that `torch.save` wrote, in this or an older format.
    case pytorch
    case onnx
    /// A safetensors file, or a file of no known kind.
    case other

    package init(ofFile path: String) throws(FileError) {
        let file = try OpenFile(path, .readingInput)
        let beginning = try file.read(min(16, file.status().size))
        self = PyTorchFile.recognizes(beginning) ? .pytorch : Self.isONNX(beginning) ? .onnx : .other
    }

    /// Returns the beginning of a file in words: `a file that begins with "# Notes"`.
    static func beginning(of path: String) throws(FileError) -> String {
        let file = try OpenFile(path, .readingInput)
        let bytes = try file.read(min(16, file.status().size))
        guard !bytes.isEmpty else { return "an empty file" }
        let isText = bytes.allSatisfy { $0 >= 0x20 && $0 != 0x7F || (0x09...0x0D).contains($0) }
        // A character may be cut off at the end.
        let lines = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline)
        if isText, let line = lines.first?.prefix(while: { $0 != "\u{FFFD}" }), !line.isEmpty {
            return "a file that begins with \(String(line).quoted)"
        }
        let numbers = bytes.prefix(8).map { $0.hexadecimal(digits: 2) }
        return "a file that begins with the bytes \(numbers.joined(separator: " "))"
    }

    /// Whether a file begins as an ONNX model: the version of its format (field 1), and a text or a message after it.
    private static func isONNX(_ beginning: [UInt8]) -> Bool {
        beginning.count > 2 && beginning[0] == 0x08 && (1...32).contains(beginning[1])
            && [0x12, 0x1A, 0x22, 0x32, 0x3A, 0x42].contains(beginning[2])
    }
}

import Platform

/// A file that is no valid safetensors file, or does not hold what was asked of it.
public struct SafetensorsError: Error, Hashable, Sendable, CustomStringConvertible {
    public enum Reason: String, Sendable {
        case fileKind = "it is no regular file"
        case fileTooShort = "the file is too short"
        case headerTooLong = "the header is too long"
        case headerBeyondEnd = "the header goes beyond the end of the file"
        case headerStart = "the header is not a JSON object"
        case syntax = "the header is not valid JSON"
        case string = "invalid string in the header"
        case number = "invalid number in the header"
        case duplicateKey = "a key occurs twice in the header"
        case unknownField = "unknown field in the header"
        case missingField = "a tensor's entry lacks a field"
        case offsets = "invalid data offsets"
        case sizeOverflow = "a tensor's size is too large to count"
        case size = "a tensor's bytes do not match its type and shape"
        case gap = "bytes between tensors belong to none"
        case overlap = "tensors overlap"
        case dataLength = "the tensors do not end where the file does"
        case changedWhileReading = "the file changed while it was read"
        case missingTensor = "no such tensor"
        case elementType = "the tensor is of another type"
        case shape = "the tensor is of another shape"
    }

    public let path: String
    /// Where in the file, in bytes.
    public let offset: Int
    public let reason: Reason
    public let expected: String
    public let found: String

    public var description: String {
        "\(path): byte \(offset): \(reason.rawValue): expected \(expected), found \(found)"
    }
}

extension SafetensorsError: ReportedError {
    package var exitStatus: ExitStatus { .badData }
}

/// A file operation that the system refused, which reading and writing throw.
public typealias FileError = Platform.FileError

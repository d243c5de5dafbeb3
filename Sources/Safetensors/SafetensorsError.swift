import Platform

/// An error in a safetensors file: it is invalid, or it lacks a requested tensor.
public struct SafetensorsError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The path of the file.
    public let path: String
    /// The place in the file, in bytes from its beginning.
    public let offset: Int
    /// The kind of error.
    public let reason: Reason
    /// The expected content at that place.
    public let expected: String
    /// The content found at that place.
    public let found: String

    public var description: String {
        "\(path.printableLine): byte \(offset): \(reason): expected \(expected), found \(found)"
    }

    /// A kind of error.
    public struct Reason: Hashable, Sendable, CustomStringConvertible {
        /// The reason in a few words, such as "tensors overlap".
        public let description: String

        fileprivate init(_ description: String) { self.description = description }
    }
}

extension SafetensorsError.Reason {
    /// The file has no tensor with the requested name.
    public static let missingTensor = Self("no such tensor")
    /// The elements of the tensor have another type than requested.
    public static let elementType = Self("the tensor is of another type")
    /// The tensor has another shape than requested.
    public static let shape = Self("the tensor is of another shape")

    package static let fileKind = Self("it is no regular file")
    package static let otherFile = Self("it is no safetensors file")
    package static let fileTooShort = Self("the file is too short")
    package static let headerTooLong = Self("the header is too long")
    package static let headerBeyondEnd = Self("the header goes beyond the end of the file")
    package static let headerStart = Self("the header is not a JSON object")
    package static let syntax = Self("the header is not valid JSON")
    package static let string = Self("invalid string in the header")
    package static let nameTooLong = Self("a name in the header is too long")
    package static let number = Self("invalid number in the header")
    package static let duplicateKey = Self("a key occurs twice in the header")
    package static let unknownField = Self("unknown field in the header")
    package static let missingField = Self("a tensor's entry lacks a field")
    package static let offsets = Self("invalid data offsets")
    package static let sizeOverflow = Self("a tensor's size is too large to count")
    package static let size = Self("a tensor's bytes do not match its type and shape")
    package static let gap = Self("bytes between tensors belong to none")
    package static let overlap = Self("tensors overlap")
    package static let dataLength = Self("the tensors do not end where the file does")
    package static let changedWhileReading = Self("the file changed while it was read")
}

extension SafetensorsError: ReportedError {
    package var exitStatus: ExitStatus { .badData }
}

/// An error of the operating system while a file is read or written.
public typealias FileError = Platform.FileError

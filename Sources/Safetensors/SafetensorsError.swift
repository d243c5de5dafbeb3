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

    public var description: String { reason.remedy.isEmpty ? fault : "\(fault); \(reason.remedy)" }

    /// The description without the instruction at its end.
    package var fault: String {
        "\(path.printableLine): byte \(offset): \(reason): expected \(expected), found \(found)"
    }

    /// A kind of error.
    public struct Reason: Hashable, Sendable, CustomStringConvertible {
        /// The reason in a few words, such as "tensors overlap".
        public let description: String
        /// An instruction for the user; empty if the found content already has one.
        let remedy: String

        fileprivate init(_ description: String, _ remedy: String) {
            self.description = description
            self.remedy = remedy
        }

        /// Whether the file may be of another kind, and not a damaged safetensors file.
        package var mayBeOtherKind: Bool { remedy == Self.otherFileOrDamaged }
    }
}

extension SafetensorsError.Reason {
    /// The file has no tensor with the requested name.
    public static let missingTensor = Self(
        "no such tensor", "read a tensor that the file has, or another file")
    /// The elements of the tensor have another type than requested.
    public static let elementType = Self(
        "wrong element type of the tensor", "read the tensor as the type that was found, or read another file"
    )
    /// The tensor has another shape than requested.
    public static let shape = Self(
        "wrong shape of the tensor", "read the tensor in the shape that was found, or read another file")

    package static let fileKind = Self("not a regular file", "give the path of a safetensors file")
    package static let otherFile = Self("not a safetensors file", "")
    package static let fileTooShort = Self("the file is too short", otherFileOrDamaged)
    package static let headerTooLong = Self("the header is too long", otherFileOrDamaged)
    package static let headerBeyondEnd = Self("the header extends beyond the end of the file", damaged)
    package static let headerStart = Self("the header is not a JSON object", otherFileOrDamaged)
    package static let syntax = Self("the header is not valid JSON", damaged)
    package static let string = Self("invalid string in the header", damaged)
    package static let nameTooLong = Self("a name in the header is too long", damaged)
    package static let number = Self("invalid number in the header", damaged)
    package static let duplicateKey = Self("a key occurs twice in the header", damaged)
    package static let unknownField = Self("unknown field in the header", damaged)
    package static let missingField = Self("a field of a tensor is missing in the header", damaged)
    package static let offsets = Self("invalid data offsets", damaged)
    package static let sizeOverflow = Self("the size of a tensor overflows", damaged)
    package static let size = Self("a tensor's bytes do not match its type and shape", damaged)
    package static let gap = Self("unused bytes between tensors", damaged)
    package static let overlap = Self("tensors overlap", damaged)
    package static let dataLength = Self("the end of the tensors is not the end of the file", damaged)
    package static let changedWhileReading = Self(
        "the file changed while it was read", "wait until no program writes to the file, and read it again")

    private static let damaged = "copy or download the file again, because it is damaged"
    fileprivate static let otherFileOrDamaged =
        "give a safetensors file, such as a checkpoint of a run; if it is one, copy or download it again"
}

extension SafetensorsError: ReportedError {
    package var exitStatus: ExitStatus { .badData }
}

/// An error of the operating system while a file is read or written.
public typealias FileError = Platform.FileError

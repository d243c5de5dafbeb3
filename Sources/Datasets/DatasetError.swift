/// What can be wrong with the files of a data set. Every case says what to do about it.
public enum DatasetError: Error, Equatable, Sendable {
    /// Files that do not exist, every path where they were looked for, and how to get them.
    case missing(names: [String], lookedFor: [String], remedy: String)

    /// A file that exists and cannot be read, with the operating system's reason.
    case unreadable(file: String, reason: String)

    /// A file that breaks its format, or does not belong with the others.
    case invalid(file: String, problem: Problem, at: Location, expected: String, found: String)

    /// The ways in which a file can be invalid.
    public enum Problem: String, Sendable, CaseIterable {
        case notIDX = "not an IDX file"
        case unknownElementType = "unknown IDX element type"
        case sizeOverflow = "declared sizes overflow"
        case oversized = "declared sizes exceed what the file can hold"
        case truncated = "truncated"
        case tooLong = "too long"
        case damagedGzip = "damaged gzip data"
        case checksumMismatch = "wrong gzip CRC-32"
        case lengthMismatch = "wrong gzip length"
        case trailingData = "trailing data after the gzip stream"
        case wrongElementType = "wrong element type"
        case wrongShape = "wrong shape"
        case countMismatch = "labels and images differ in number"
        case labelOutOfRange = "label outside the classes"
    }

    /// Where in a file: a byte of the file as it lies on disk, or of what a gzip file unpacks to.
    /// Both count from zero.
    public enum Location: Equatable, Sendable, CustomStringConvertible {
        case byte(Int)
        case unpackedByte(Int)

        public var description: String {
            switch self {
            case .byte(let offset): "byte \(offset)"
            case .unpackedByte(let offset): "byte \(offset) of the unpacked content"
            }
        }
    }

    /// The exit code of a tool that stops for this error, as in `sysexits.h`:
    /// 66 (`EX_NOINPUT`) for a missing or unreadable file, 65 (`EX_DATAERR`) for bad data.
    public var exitCode: Int32 {
        switch self {
        case .missing, .unreadable: 66
        case .invalid: 65
        }
    }
}

extension DatasetError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .missing(let names, let lookedFor, let remedy):
            let files = names.count == 1 ? "file" : "files"
            let paths = lookedFor.map { "\n  \($0)" }.joined()
            return "missing \(files): \(names.joined(separator: ", "))\nlooked for:\(paths)"
                + (remedy.isEmpty ? "" : "\n\(remedy)")
        case .unreadable(let file, let reason):
            return "\(file): cannot be read: \(reason)"
        case .invalid(let file, let problem, let location, let expected, let found):
            return "\(file): \(problem.rawValue) at \(location): expected \(expected), found \(found); "
                + problem.remedy
        }
    }
}

extension DatasetError.Problem {
    fileprivate var remedy: String {
        switch self {
        case .notIDX: "give the path of an IDX file, raw or compressed with gzip"
        case .unknownElementType, .sizeOverflow, .oversized, .truncated, .tooLong, .damagedGzip,
            .checksumMismatch, .lengthMismatch, .trailingData:
            "delete the file and get it again"
        case .wrongElementType, .wrongShape: "check that the file is the one its name says"
        case .countMismatch: "take both files from the same data set"
        case .labelOutOfRange: "check the file, or give the number of classes that it has"
        }
    }
}

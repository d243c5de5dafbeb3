/// A record of an event file that cannot be read.
public struct RecordError: Error, Hashable, Sendable, CustomStringConvertible {
    public enum Reason: String, Sendable {
        case truncated = "the file ends within a record"
        case lengthChecksum = "the checksum of a record's length is wrong"
        case dataChecksum = "the checksum of a record's data is wrong"
        case missing = "the file has too few records"
    }

    /// Where in the file, in bytes: the record, or what of it the checksum is of.
    public let offset: Int
    /// How many records stand before it.
    public let record: Int
    public let reason: Reason
    public let expected: String
    public let found: String

    public var description: String {
        "byte \(offset), after \(record) records: \(reason.rawValue): expected \(expected), found \(found)"
    }
}

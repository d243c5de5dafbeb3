/// The error that a record of an event file cannot be read.
package struct RecordError: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Reason: String, Sendable {
        case truncated = "the file ends within a record"
        case lengthChecksum = "the checksum of a record's length is wrong"
        case dataChecksum = "the checksum of a record's data is wrong"
        case missing = "the file has too few records"
    }

    /// The offset in the file at which the record, or its part with the wrong checksum, begins.
    package let offset: Int
    /// The number of records before it.
    package let record: Int
    package let reason: Reason
    package let expected: String
    package let found: String

    package var description: String {
        "byte \(offset), after \(record) records: \(reason.rawValue): expected \(expected), found \(found)"
    }
}

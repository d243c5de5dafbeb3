import Platform

/// A file with one JSON object per line, in full precision.
final class MetricsJSONL {
    package enum Value {
        case text(String)
        case integer(Int)
        case double(Double)

        /// The number with the fewest digits that give the same number when read back. JSON has only finite numbers;
        /// others are the texts "nan", "inf" and "-inf".
        fileprivate var json: String {
            switch self {
            case .text(let text): JSON.quoted(text)
            case .integer(let value): value.description
            case .double(let value): value.isFinite ? value.description : JSON.quoted(value.description)
            }
        }
    }

    private let file: RecordFile

    init(creating path: String) throws(FileError) { file = try RecordFile(creating: path) }

    /// Returns the place at which a file is continued: after its first records.
    ///
    /// - Throws: ``FileError``; ``RunError/incompleteLog(path:expected:)`` if it has fewer.
    static func cut(_ path: String, records: Int) throws -> RecordFile.Cut {
        try .ofLog(path, count: records) { RecordFile.end(ofLines: $1, in: $0) }
    }

    /// Continues a file; the records after the cut are removed.
    init(continuing cut: RecordFile.Cut) throws(FileError) { file = try RecordFile(continuing: cut) }

    var records: Int { file.count }

    /// Appends an object with these members in this order; members that are nil are left out.
    func append(_ members: [(name: String, value: Value?)]) throws(FileError) {
        let texts = members.compactMap { member in
            member.value.map { "\(JSON.quoted(member.name)):\($0.json)" }
        }
        try file.append(Array(("{" + texts.joined(separator: ",") + "}\n").utf8))
    }

    func synchronize() throws(FileError) { try file.synchronize() }
}

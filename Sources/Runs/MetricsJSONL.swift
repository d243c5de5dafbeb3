import Platform

/// A file with one JSON object a line, in full precision.
final class MetricsJSONL {
    package enum Value {
        case text(String)
        case integer(Int)
        case double(Double)

        /// The shortest digits that give the same number back. JSON has no others than finite numbers; those are
        /// the texts "nan", "inf" and "-inf".
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

    /// Goes on with a file after its first `records` records; the rest is cut off.
    init(continuing path: String, records: Int) throws {
        file = try RecordFile(continuingLog: path, count: records) { RecordFile.end(ofLines: $1, in: $0) }
    }

    var records: Int { file.count }

    /// Appends an object with these members in this order; those that are nil are left out.
    func append(_ members: [(name: String, value: Value?)]) throws(FileError) {
        let texts = members.compactMap { member in
            member.value.map { "\(JSON.quoted(member.name)):\($0.json)" }
        }
        try file.append(Array(("{" + texts.joined(separator: ",") + "}\n").utf8))
    }

    func synchronize() throws(FileError) { try file.synchronize() }
}

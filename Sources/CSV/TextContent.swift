import Datasets
import Platform

/// A format of text files.
package struct TextFileFormat: Sendable {
    /// The name with its article, for errors: "a CSV file".
    package let name: String
    /// The error that a file is not text.
    package let problem: DatasetError.Problem

    package init(name: String, problem: DatasetError.Problem) {
        self.name = name
        self.problem = problem
    }

    package static let csv = TextFileFormat(name: "a CSV file", problem: .notCSV)
}

extension ByteSource {
    /// Returns all bytes, which must be text: without control characters except tabs and line ends.
    ///
    /// A file that unpacks to more than `limit` bytes is rejected before all of them are in memory.
    package func readText(limit: Int = 1 << 30, as format: TextFileFormat = .csv) throws(DatasetError)
        -> [UInt8]
    {
        var bytes: [UInt8] = []
        func reserve(_ count: Int) throws(DatasetError) {
            guard MemoryShortage.allows(Double(count)) else { throw .noMemory(file: path, bytes: count) }
            bytes.reserveCapacity(count)
        }
        if case .exactly(let size) = contentLimit { try reserve(Swift.min(size, limit)) }
        while true {
            let piece = try readBytes(1 << 20)
            if bytes.count + piece.count > bytes.capacity { try reserve(2 * (bytes.count + piece.count)) }
            if let problem = piece.textProblem(from: bytes.count, format) {
                throw invalid(
                    problem.problem, at: problem.offset, expected: problem.expected, found: problem.found)
            }
            bytes += piece
            if bytes.count > limit {
                throw invalid(
                    .oversized, at: limit, expected: "at most \(limit) bytes of text", found: "more")
            }
            if piece.count < 1 << 20 { return bytes }
        }
    }
}

extension [UInt8] {
    /// Returns the reason why these bytes are not text; nil if they are.
    ///
    /// - Parameters:
    ///   - start: The offset of the bytes in the file.
    ///   - format: The expected format.
    package func textProblem(
        from start: Int, _ format: TextFileFormat
    ) -> (problem: DatasetError.Problem, offset: Int, expected: String, found: String)? {
        if start == 0 {
            if let foreign = ForeignContent.recognise(self) {
                return (.foreign(foreign), 0, format.name, foreign.name)
            }
            if let other = OtherFormat.recognise(self) {
                return (other.remedy.map(format.problem.remedied) ?? format.problem, 0, "text", other.name)
            }
        }
        guard let offset = firstIndex(where: \.isControl) else { return nil }
        return (format.problem, start + offset, "text", self[offset].controlName)
    }
}

extension UInt8 {
    /// Whether the byte is a control character that text does not contain.
    fileprivate var isControl: Bool {
        (self < 0x20 && self != 0x09 && self != 0x0A && self != 0x0D) || self == 0x7F
    }

    /// The description of a control character, for errors.
    fileprivate var controlName: String { "the control character \(hexadecimal(digits: 2))" }
}

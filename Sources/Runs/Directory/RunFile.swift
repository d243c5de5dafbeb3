import Platform

/// Reads the JSON files of runs and sweeps.
package enum RunFile {
    /// Reads a file that a tool wrote.
    ///
    /// - Throws: ``FileError``; ``RunError/invalidFile(path:reason:)`` if its content is invalid.
    package static func read<Value: Decodable>(
        _ type: Value.Type = Value.self, from path: String, _ limits: JSON.Limits = JSON.Limits()
    ) throws -> Value {
        try reported { try JSON.read(type, from: path, limits) }
    }

    /// Reads and parses a file that a tool wrote, from which several values can be decoded.
    ///
    /// - Throws: ``FileError``; ``RunError/invalidFile(path:reason:)`` if it is no JSON.
    static func document(
        of path: String, _ limits: JSON.Limits = JSON.Limits()
    ) throws -> JSON.Document {
        try reported { try JSON.document(of: path, limits) }
    }

    /// Decodes a value from a parsed file.
    ///
    /// - Throws: ``RunError/invalidFile(path:reason:)``
    static func value<Value: Decodable>(
        _ type: Value.Type = Value.self, of document: JSON.Document, _ path: String
    ) throws -> Value {
        try reported { try JSON.formatted(path) { try document.value(type) } }
    }

    private static func reported<Result>(_ work: () throws -> Result) throws -> Result {
        do {
            return try work()
        } catch let error as FormatError {
            throw RunError.invalidFile(path: error.path, reason: error.reason)
        }
    }

    /// Reads a file for a report; nil if there is none or it is damaged, with the problem.
    package static func readForReport<Value: Decodable>(
        from path: String, _ limits: JSON.Limits
    ) -> (value: Value?, problem: String?) {
        do {
            return (try read(from: path, limits), nil)
        } catch {
            return (nil, (error as? FileError)?.isMissing == true ? nil : "\(error)")
        }
    }

    /// Replaces a file for reports. Nothing is written if a value is not finite.
    package static func writeForReport(_ value: some Encodable, to path: String) throws(FileError) {
        guard let text = try? JSON.text(value, pretty: false) else { return }
        try AtomicFile.write(text + "\n", to: path, .content)
    }
}

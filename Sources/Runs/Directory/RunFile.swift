import Platform

/// Reads the JSON files of runs and sweeps.
package enum RunFile {
    /// Reads a file that a tool wrote.
    ///
    /// - Throws: ``FileError``; ``RunError/invalidFile(path:reason:)`` if its content is invalid.
    package static func read<Value: Decodable>(
        _ type: Value.Type = Value.self, from path: String, _ limits: JSON.Limits = JSON.Limits()
    ) throws -> Value {
        do {
            return try JSON.read(type, from: path, limits)
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

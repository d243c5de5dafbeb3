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
}

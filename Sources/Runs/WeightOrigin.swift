import Platform

/// The file from which weights were read, as `config.json` names it: of an imported run under `imported`, of a run that
/// began with trained weights under `initial_weights`.
package struct WeightOrigin: Codable, Hashable, Sendable {
    /// The path of the file, as it was given.
    package var path: String
    /// The SHA-256 of the file, in hexadecimal digits.
    package var sha256: String
    /// Sentences about content that was assumed or not read.
    package var notes: [String]
    /// The options with which the file was read, as words of a command line; nil for none.
    package var arguments: [String]?

    package init(path: String, sha256: String, notes: [String] = [], arguments: [String] = []) {
        self.path = path
        self.sha256 = sha256
        self.notes = notes
        self.arguments = arguments.isEmpty ? nil : arguments
    }

    private struct File: Decodable { var imported: WeightOrigin? }

    /// Returns the file from which a whole run was imported; nil for a run that was trained.
    package static func ofImported(_ run: RunDirectory) -> WeightOrigin? {
        (try? JSON.read(File.self, from: run.configuration))?.imported
    }
}

extension RunDirectory {
    /// The weights with which the run began, if it was given trained ones.
    package var initialWeights: String { FilePath.join(path, "initial.safetensors") }
}

import Foundation

/// A directory for one test, removed with its files when the test ends.
package final class TemporaryDirectory: Sendable {
    package let path: String

    package init() throws {
        path = FileManager.default.temporaryDirectory.appending(path: "test-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Returns the path of a file in the directory.
    package func file(_ name: String) -> String { path + "/" + name }

    /// Writes a file, creates its parent directories, and returns its path.
    @discardableResult
    package func write(_ bytes: [UInt8], to name: String = "file") throws -> String {
        let url = URL(filePath: file(name))
        try FileManager.default.createDirectory(
            at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: url)
        return file(name)
    }

    /// Writes a text file, creates its parent directories, and returns its path.
    @discardableResult
    package func add(_ name: String, _ content: String) throws -> String {
        try write(Array(content.utf8), to: name)
    }

    /// The sorted names of the files in the directory.
    package var names: [String] {
        get throws { try FileManager.default.contentsOfDirectory(atPath: path).sorted() }
    }
}

/// Returns the content of a file as text.
package func text(_ path: String) throws -> String {
    String(decoding: try Data(contentsOf: URL(filePath: path)), as: UTF8.self)
}

import Foundation
import Testing

/// All entries of a directory and its subdirectories.
struct FileTree: Hashable, Sendable {
    enum Entry: Hashable, Sendable {
        case directory
        case link(to: String)
        case file([UInt8])

        /// Hashes the bytes of a file at once: one by one, they would take most of the time in a debug build.
        func hash(into hasher: inout Hasher) {
            switch self {
            case .directory: hasher.combine(0)
            case .link(let target): hasher.combine(target)
            case .file(let bytes): bytes.withUnsafeBytes { hasher.combine(bytes: $0) }
            }
        }
    }

    /// The entries by their paths relative to the directory.
    var entries: [String: Entry] = [:]

    init() {}

    init(at root: String) throws {
        for case let name as String in FileManager.default.enumerator(atPath: root) ?? .init() {
            let path = root + "/" + name
            entries[name] =
                switch try Self.type(path) {
                case .typeSymbolicLink:
                    .link(to: try FileManager.default.destinationOfSymbolicLink(atPath: path))
                case .typeDirectory: .directory
                default: .file(try [UInt8](Data(contentsOf: URL(filePath: path))))
                }
        }
    }

    /// Replaces the content of a directory with these entries.
    func write(to root: String) throws {
        try? FileManager.default.removeItem(atPath: root)
        try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
        for (name, entry) in entries.sorted(by: { $0.key < $1.key }) {
            let path = root + "/" + name
            switch entry {
            case .directory:
                try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
            case .link(let target):
                try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: target)
            case .file(let bytes): try Data(bytes).write(to: URL(filePath: path))
            }
        }
    }

    /// Returns the names that differ, for messages.
    func differences(from other: FileTree) -> [String] {
        Set(entries.keys).union(other.entries.keys).filter { entries[$0] != other.entries[$0] }.sorted()
    }

    /// Returns the type of the entry at a path, without following links.
    static func type(_ path: String) throws -> FileAttributeType {
        try #require(FileManager.default.attributesOfItem(atPath: path)[.type] as? FileAttributeType)
    }

    static func inode(_ path: String) throws -> UInt64 {
        var status = stat()
        try #require(lstat(path, &status) == 0)
        return UInt64(status.st_ino)
    }

    /// Returns the path with all links resolved.
    static func canonical(_ path: String) throws -> String {
        let resolved = try #require(realpath(path, nil), "\(path) is missing")
        defer { free(resolved) }
        return String(cString: resolved)
    }
}

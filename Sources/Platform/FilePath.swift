/// Operations on file paths.
package enum FilePath {
    /// Returns the directory part of a path: "." for a bare name.
    package static func directory(of path: String) -> String {
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// Returns the last component: the part after the last slash.
    package static func name(of path: String) -> String {
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return path }
        return String(path[path.utf8.index(after: slash)...])
    }

    package static func withoutSlashAtEnd(_ path: String) -> String {
        path.count > 1 && path.hasSuffix("/") ? withoutSlashAtEnd(String(path.dropLast())) : path
    }

    package static func join(_ directory: String, _ name: String) -> String {
        directory.isEmpty || directory.hasSuffix("/") ? directory + name : directory + "/" + name
    }
}

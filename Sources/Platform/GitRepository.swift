/// A git repository, as far as its checked-out commit goes; read from its files, without git.
struct GitRepository: Sendable {
    /// Holds `HEAD`.
    private let directory: String
    /// Holds the branches: another directory where this is one of several working trees.
    private let commonDirectory: String

    /// The repository that `directory` or one above it is the working tree of.
    init?(around directory: String) {
        var candidate = directory
        // ".." leads to "/" in the end, where it leads back to "/".
        for _ in 0..<64 {
            if let found = Self.repository(at: FilePath.join(candidate, ".git")) {
                self.directory = found
                let common = contents(ofSmallFile: FilePath.join(found, "commondir"))
                commonDirectory = common.map { Self.resolve(Self.firstLine($0), from: found) } ?? found
                return
            }
            candidate = FilePath.join(candidate, "..")
        }
        return nil
    }

    /// The commit's name in hexadecimal; nil before the first commit.
    var headCommit: String? {
        guard let head = contents(ofSmallFile: FilePath.join(directory, "HEAD")) else { return nil }
        var line = Self.firstLine(head)
        // A branch may be a reference to another one, but not for ever.
        for _ in 0..<5 {
            guard line.hasPrefix("ref: ") else { return Self.isCommit(line) ? line : nil }
            guard let target = value(of: String(line.dropFirst(5))) else { return nil }
            line = target
        }
        return nil
    }

    private func value(of reference: String) -> String? {
        for directory in [directory, commonDirectory] {
            if let content = contents(ofSmallFile: FilePath.join(directory, reference)) {
                return Self.firstLine(content)
            }
        }
        // Large repositories have large files of these.
        let packed =
            contents(ofSmallFile: FilePath.join(commonDirectory, "packed-refs"), atMost: 1 << 26) ?? ""
        for line in packed.split(separator: "\n") {
            let fields = line.split(separator: " ")
            if fields.count == 2, fields[1] == reference { return String(fields[0]) }
        }
        return nil
    }

    /// `.git` is the repository itself, or a file that says "gitdir: <path>".
    private static func repository(at path: String) -> String? {
        if contents(ofSmallFile: FilePath.join(path, "HEAD")) != nil { return path }
        guard let content = contents(ofSmallFile: path), content.hasPrefix("gitdir: ") else { return nil }
        return resolve(String(firstLine(content).dropFirst(8)), from: FilePath.directory(of: path))
    }

    private static func resolve(_ path: String, from directory: String) -> String {
        path.hasPrefix("/") ? path : FilePath.join(directory, path)
    }

    private static func firstLine(_ text: String) -> String {
        String(text.prefix { !$0.isNewline })
    }

    private static func isCommit(_ text: String) -> Bool {
        [40, 64].contains(text.utf8.count) && text.allSatisfy { $0.isASCII && $0.isHexDigit }
    }
}

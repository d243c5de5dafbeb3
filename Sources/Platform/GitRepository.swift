/// A git repository, read from its files without git, to find the checked-out commit.
struct GitRepository: Sendable {
    /// The directory that contains `HEAD`.
    private let directory: String
    /// The directory that contains the branches. It differs from `directory` in a linked working tree (`git worktree`).
    private let commonDirectory: String

    /// Finds the repository whose working tree contains `directory`; nil if there is none.
    init?(around directory: String) {
        var candidate = directory
        // Repeated ".." ends at "/", whose parent is "/" itself.
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

    /// The hash of the checked-out commit in hexadecimal; nil before the first commit.
    var headCommit: String? {
        guard let head = contents(ofSmallFile: FilePath.join(directory, "HEAD")) else { return nil }
        var line = Self.firstLine(head)
        // A branch may refer to another branch; the number of such steps is limited.
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
        // The file of packed references is large in large repositories.
        let packed =
            contents(ofSmallFile: FilePath.join(commonDirectory, "packed-refs"), atMost: 1 << 26) ?? ""
        for line in packed.split(separator: "\n") {
            let fields = line.split(separator: " ")
            if fields.count == 2, fields[1] == reference { return String(fields[0]) }
        }
        return nil
    }

    /// Returns the repository at a path. `.git` is the repository itself, or a file that contains "gitdir: <path>".
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

import Console
import Platform

/// A program of the system that downloads files: no HTTP client of our own, with its TLS, proxies and certificates,
/// would be as well looked after.
package struct DownloadTool: Sendable, Hashable {
    package enum Kind: String, Sendable, CaseIterable {
        case curl, wget
    }

    package let kind: Kind
    package let path: String

    package init(_ kind: Kind, path: String) {
        self.kind = kind
        self.path = path
    }

    /// curl, or else wget, in the directories of `PATH`.
    package static func find() -> DownloadTool? {
        find(
            in: POSIX.environmentPaths("PATH")?.joined(separator: ":") ?? "/usr/local/bin:/usr/bin:/bin")
    }

    package static func find(in searchPath: String) -> DownloadTool? {
        let directories = searchPath.split(separator: ":").map(String.init)
        for kind in Kind.allCases {
            for directory in directories {
                let path = FilePath.join(directory, kind.rawValue)
                if POSIX.isExecutable(path) { return DownloadTool(kind, path: path) }
            }
        }
        return nil
    }

    /// To continue the file at `path`, or to begin it.
    package func arguments(from address: String, to path: String) -> [String] {
        switch kind {
        case .curl:
            [
                "--fail", "--location", "--proto-redir", "=http,https", "--silent", "--show-error", "--retry",
                "2",
                "--connect-timeout", "20", "--speed-limit", "1", "--speed-time", "60", "--continue-at", "-",
                "--output", path, "--", address,
            ]
        case .wget:
            [
                "--no-verbose", "--tries=3", "--timeout=30", "--continue", "--output-document=" + path, "--",
                address,
            ]
        }
    }

    /// Why it failed, in a line.
    package func reason(_ exitCode: Int32, _ text: String) -> String {
        // The last line, as others are of tries before.
        if let line = text.split(separator: "\n").last { return String(line).printable }
        // Of a connection that breaks wget says nothing else.
        let meaning = kind == .wget && exitCode == 4 ? ", a failure of the network" : ""
        return "\(kind.rawValue): exit code \(exitCode)\(meaning)"
    }

    /// Whether it failed because of the file that it writes.
    func couldNotWrite(_ exitCode: Int32) -> Bool {
        switch kind {
        case .curl: exitCode == 23
        case .wget: exitCode == 3
        }
    }

    /// Whether it failed because what is there cannot be continued: more than the server has, or a server that cannot
    /// begin in the middle.
    func cannotContinue(_ exitCode: Int32, _ text: String) -> Bool {
        switch kind {
        case .curl: exitCode == 33 || exitCode == 36 || exitCode == 22 && text.contains("416")
        case .wget: exitCode == 8 && text.contains("416")
        }
    }
}

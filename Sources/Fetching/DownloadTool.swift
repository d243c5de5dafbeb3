import Console
import Platform

/// A system program that downloads files. An HTTP client of this package, with TLS, proxies and certificates, could not
/// be maintained as well.
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

    /// Returns curl or, if it is missing, wget, from the directories in `PATH`.
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

    /// Returns the arguments that continue, or begin, the file at `path`.
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

    /// Returns the reason for a failure, in one line.
    package func reason(_ exitCode: Int32, _ text: String) -> String {
        // Only the last line matters; earlier lines are about earlier attempts.
        if let line = text.split(separator: "\n").last { return String(line).printable }
        // For a broken connection, wget prints nothing else.
        let meaning = kind == .wget && exitCode == 4 ? ", a failure of the network" : ""
        return "\(kind.rawValue): exit code \(exitCode)\(meaning)"
    }

    /// Returns whether the tool failed because it could not write the file.
    func couldNotWrite(_ exitCode: Int32) -> Bool {
        switch kind {
        case .curl: exitCode == 23
        case .wget: exitCode == 3
        }
    }

    /// Returns whether the tool failed because the partial file cannot be continued: it is longer than the server's
    /// file, or the server does not support ranges.
    func cannotContinue(_ exitCode: Int32, _ text: String) -> Bool {
        switch kind {
        case .curl: exitCode == 33 || exitCode == 36 || exitCode == 22 && text.contains("416")
        case .wget: exitCode == 8 && text.contains("416")
        }
    }
}

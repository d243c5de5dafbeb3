import ArgumentParser
import Commands
import Platform
import RunsPage

@main
struct RunsPageTool: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "runs-page",
        abstract: "Show the runs of a directory in a browser, while they train.",
        discussion: """
            Only this machine can open the page, unless --host gives an address at which other machines reach this one. Then \
            the page's address contains a secret: whoever has it can see, mark, delete, stop and resume the runs. The \
            connection is not encrypted, so use --host only in a network that you trust.

            Ctrl-C ends the program; trainings go on.

            Exit codes: 0 ended by Ctrl-C or SIGTERM, 64 bad option, 66 no directory, 73 the port is in use, 74 the server \
            cannot start.
            """,
        version: PackageVersion.current)

    @OptionGroup var place: RunsArguments

    @Option(help: ArgumentHelp("Port on this machine; 0 for any free one", valueName: "number"))
    var port: UInt16 = 8128

    @Option(help: .hidden)
    var pageFiles: String?

    @Option(
        help: ArgumentHelp(
            "Address of this machine at which others may open the page, with a secret; 0.0.0.0 for all of them (default: this machine only)",
            valueName: "address"))
    var host: String?

    static func main() { mainWithPlainErrors() }

    func validate() throws {
        if let host, !PageAddress.isAddress(host) {
            throw ValidationError(
                "--host: expected an IP address such as 192.168.0.10 or 0.0.0.0, found \(host.quoted).")
        }
    }

    func run() throws {
        let root = FilePath.withoutSlashAtEnd(place.runs)
        try explained { console in
            if let kind = try POSIX.kind(at: root, followingLinks: true) {
                guard kind == .directory else { throw NotADirectory(path: root, kind: kind) }
            } else {
                console.print(
                    "\(root) does not exist yet; the page shows its runs as soon as a training creates it.")
            }
            let address = PageAddress(host: host, port: port)
            try PageServer(address: address, root: root, files: pageFiles).run { address in
                console.print("Runs of \(root): \(address)")
            }
        }
    }
}

/// The error that the directory of runs is something else.
private struct NotADirectory: ReportedError {
    let path: String
    let kind: POSIX.FileKind

    var description: String {
        "\(path.printableLine): expected the directory of the runs, found \(kind); give a directory with --runs"
    }

    var exitStatus: ExitStatus { .missingInput }
}

import ArgumentParser
import Commands
import Console
import Foundation
import Platform
import RunsPage

@main
struct RunsPageTool: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "runs-page",
        abstract: "Show the runs of a directory in a browser, while they train.",
        usage: "runs-page [options]",
        discussion: """
            Example: runs-page --runs runs

            Only this machine can open the page. With --host, whoever has the printed address can see, mark, delete, \
            stop and resume the runs, and the connection is not encrypted. Trainings go on when the program ends.

            Exit codes: 0 ended by Ctrl-C or SIGTERM, 64 bad option, 66 no directory, 73 the port is in use, 74 the server \
            cannot start.
            """,
        version: PackageVersion.current)

    @OptionGroup var place: RunsArguments

    @Option(help: ArgumentHelp("Port; 0 for any free one", valueName: "number"))
    var port: UInt16 = 8128

    @Option(help: .hidden)
    var pageFiles: String?

    @Option(
        help: ArgumentHelp(
            "Address at which other machines reach it, with a secret (default: this machine only)",
            valueName: "address"))
    var host: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "End when no page was open and no run was running for this time (default: never)",
            valueName: "minutes"))
    var untilIdle: Double?

    /// The program was started by `train --page`: it uses a page of the same directory that is already open, and another
    /// port if the port is taken.
    @Flag(help: .hidden)
    var besideTraining = false

    static func main() { mainWithPlainErrors() }

    func validate() throws {
        if let host, !PageAddress.isAddress(host) {
            throw ValidationError(
                "--host: expected an IP address such as 192.168.0.10 or 0.0.0.0, found \(host.quoted).")
        }
        if let untilIdle, !(untilIdle > 0 && untilIdle <= 1e6) {
            throw ValidationError(
                "--until-idle: expected more than 0 and at most 1000000 minutes, found \(untilIdle).")
        }
    }

    private var root: String { FilePath.withoutSlashAtEnd(place.runs) }

    func run() throws {
        try explained { console in
            if let kind = try POSIX.kind(at: root, followingLinks: true), kind != .directory {
                throw NotADirectory(path: root, kind: kind)
            }
            if besideTraining { return try serveBesideTraining(console) }
            if !POSIX.exists(root) {
                console.print(
                    "\(root) does not exist yet; the page shows its runs as soon as a training creates it.")
            }
            try serve(port: port) { console.print("Runs of \(root): \($0)") }
        }
    }

    /// - Parameter began: Called with the page's address when the server accepts connections.
    private func serve(port: UInt16, began: @escaping (String) -> Void) throws {
        let idle = IdleWatch()
        if let untilIdle { idle.start(seconds: 60 * untilIdle, root: root) { Foundation.exit(0) } }
        try PageServer(address: PageAddress(host: host, port: port), root: root, files: pageFiles, idle: idle)
            .run(began: began)
    }

    private func serveBesideTraining(_ console: Console) throws {
        let found = PageProbe(port: port, root: root)
        if found == .samePage {
            return console.print("Page: http://\(PageAddress.loopback):\(port)/ (already open)")
        }
        try serve(port: found == .nothing ? port : 0) { address in
            let end = untilIdle.map {
                "open until \(TextFormat.count(Int($0.rounded()), "minute")) after its last use; "
            }
            let process = ProcessInfo.processInfo.processIdentifier
            console.print("Page: \(address) (\(end ?? "")to end it: kill \(process))")
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

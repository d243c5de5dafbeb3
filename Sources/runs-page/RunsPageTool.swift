import ArgumentParser
import Commands
import Console
import Dispatch
import Foundation
import Platform
import RunsPage

@main
struct RunsPageTool: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "runs-page",
        abstract: "Show the runs of a directory in a browser, while they train.",
        discussion: """
            Example: runs-page --runs runs
                     mnist-bilstm train --page

            It prints the address of the page, which only this machine can open. Ctrl-C ends it; trainings go on.
            """,
        version: PackageVersion.current)

    @OptionGroup var place: RunsArguments

    @Option(help: ArgumentHelp("Port on this machine; 0 for any free one", valueName: "number"))
    var port: UInt16 = 8128

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "End when no page was open for this time, and no run is running (default: never)",
            valueName: "minutes"))
    var untilIdle: Double?

    /// The program was started by `train --page`: it uses a page of the same directory that is already open, and another
    /// port if the port is taken.
    @Flag(help: .hidden)
    var besideTraining = false

    static func main() { mainWithPlainErrors() }

    func validate() throws {
        if let untilIdle, !(untilIdle > 0 && untilIdle <= 1e6) {
            throw ValidationError(
                "--until-idle must be more than 0 and at most 1000000 minutes, not \(untilIdle).")
        }
    }

    func run() throws {
        try explained { console in
            if besideTraining {
                try serveBesideTraining(console)
            } else {
                try serve(port: port) { console.print("Runs of \(place.runs): \($0)") }
            }
        }
    }

    private func serveBesideTraining(_ console: Console) throws {
        func serve(port: UInt16) throws {
            try self.serve(port: port) { address in
                let end = untilIdle.map {
                    "open until \(TextFormat.count(Int($0.rounded()), "minute")) after its last use; "
                }
                console.print(
                    "Page: \(address) (\(end ?? "")to end it: kill \(ProcessInfo.processInfo.processIdentifier))"
                )
            }
        }
        switch PageProbe(port: port, root: place.runs) {
        case .samePage: console.print("Page: http://127.0.0.1:\(port)/ (already open)")
        case .other: try serve(port: 0)
        case .nothing:
            do {
                try serve(port: port)
            } catch {
                // Another training may have opened the page at the same moment.
                guard case .samePage = PageProbe(port: port, root: place.runs) else {
                    return try serve(port: 0)
                }
                console.print("Page: http://127.0.0.1:\(port)/ (already open)")
            }
        }
    }

    /// - Parameter began: Called with the page's address when the server accepts connections.
    private func serve(port: UInt16, began: @escaping (String) -> Void) throws {
        let root = place.runs
        let idle = IdleWatch()
        if let untilIdle { idle.start(seconds: 60 * untilIdle, root: root) { Foundation.exit(0) } }
        try PageServer(port: port, idle: idle) { RunsPage(root: root, access: .loopback(port: $0)) }.run(
            began: began)
    }
}

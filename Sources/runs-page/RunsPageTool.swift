import ArgumentParser
import Commands
import Platform
import RunsPage

@main
struct RunsPageTool: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "runs-page",
        abstract: "Show the runs of a directory in a browser, while they train.",
        version: PackageVersion.current)

    @OptionGroup var place: RunsArguments

    @Option(help: ArgumentHelp("Port on this machine; 0 for any free one", valueName: "number"))
    var port: UInt16 = 8128

    static func main() { mainWithPlainErrors() }

    func run() throws {
        let root = place.runs
        let server = PageServer(port: port) { RunsPage(root: root, access: .loopback(port: $0)) }
        try explained { console in
            try server.run { address in console.print("Runs of \(root): \(address)") }
        }
    }
}

import Foundation
import TestSupport
import Testing

/// The commands and options that README.md and the guide name, compared with the built programs.
@Suite("Commands in README.md and the guide") struct ReadmeCommandTests {
    /// The paths of all commands of a program, such as `mnist-bilstm runs show`, and the names of its long options.
    private func names(of program: String) throws -> (commands: Set<String>, options: Set<String>) {
        let outcome = try Tool.run(
            ["--experimental-dump-help"], program: Tool.products.appending(path: program).path)
        let dump = try #require(
            try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
        var commands: Set<String> = []
        var options: Set<String> = []
        func visit(_ command: [String: Any], _ path: [String]) {
            commands.insert(path.joined(separator: " "))
            for argument in command["arguments"] as? [[String: Any]] ?? [] {
                for name in argument["names"] as? [[String: String]] ?? [] where name["kind"] == "long" {
                    options.insert(name["name"] ?? "")
                }
            }
            for child in command["subcommands"] as? [[String: Any]] ?? [] {
                visit(child, path + [child["commandName"] as? String ?? ""])
            }
        }
        visit(try #require(dump["command"] as? [String: Any]), [program])
        return (commands, options)
    }

    private func pages() throws -> [(name: String, text: String)] {
        let guide = "Sources/mnist-bilstm/Guide.docc"
        let names =
            try FileManager.default.contentsOfDirectory(atPath: Repository.path(guide))
            .filter { $0.hasSuffix(".md") }.map { "\(guide)/\($0)" } + ["README.md"]
        return try names.map { ($0, try String(contentsOfFile: Repository.path($0), encoding: .utf8)) }
    }

    @Test func `every command in README's table exists`() throws {
        let commands = try ["mnist-bilstm", "sequence-classifier", "stock-forecast"].reduce(
            into: Set<String>()
        ) {
            $0.formUnion(try names(of: $1).commands)
        }
        let readme = try String(contentsOfFile: Repository.path("README.md"), encoding: .utf8)
        let table = try #require(
            readme.components(separatedBy: "\n## ").first { $0.hasPrefix("Commands\n") })
        let rows = table.matches(of: /(?m)^\| `((?:mnist-bilstm|sequence-classifier|stock-forecast) [a-z]+)/)
            .map { String($0.1) }
        #expect(rows.count >= 10)
        for row in rows { #expect(commands.contains(row), "\(row)") }
        for command in ["runs show", "runs compare", "datasets verify", "datasets fetch"] {
            #expect(commands.contains("mnist-bilstm \(command)"))
        }
    }

    @Test func `every option that README and the guide name exists`() throws {
        let options = try ["mnist-bilstm", "sequence-classifier", "stock-forecast", "runs-page"].reduce(
            into: ["help", "generate-completion-script", "logdir", "signal"] as Set<String>
        ) { $0.formUnion(try names(of: $1).options) }
        for (page, text) in try pages() {
            // `--only` and `--json` of Benchmarks/peers.py are options of make benchmark-peers.
            // Others are options of MLflow, trackio, Swift, Docker and MPI.
            let lines = text.components(separatedBy: "\n").filter { line in
                !["make benchmark-peers", "mlflow ", "trackio ", "swift build ", "docker ", "mpirun "]
                    .contains {
                        line.contains($0)
                    }
            }
            for line in lines {
                for match in line.matches(of: /(?:^|[\s`(|])--([a-z][a-z-]*[a-z])/) {
                    #expect(options.contains(String(match.1)), "\(page): --\(match.1)")
                }
            }
        }
    }
}

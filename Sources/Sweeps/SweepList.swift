import Console
import Platform
import Runs

/// The list of the sweeps of all tools, by name, as printed by `mnist-bilstm runs`.
package struct SweepList: Sendable {
    private let sweeps: [(sweep: SweepDirectory, results: SweepResults)]
    /// Problems of unreadable sweeps, each a line that names the file.
    private let problems: [String]

    /// - Parameters:
    ///   - runs: The directory of the runs.
    ///   - options: The options of the tool that lists them.
    /// - Throws: ``FileError`` if the directory of the sweeps cannot be read. A directory that does not exist contains
    ///   none.
    package init(runs: String, of options: any ClassifierOptions.Type) throws(FileError) {
        let root = RunDirectory.sweeps(in: runs)
        var names: [String] = []
        do throws(FileError) {
            names = try POSIX.names(in: root)
        } catch {
            if !error.isMissing { throw error }
        }
        var sweeps: [(SweepDirectory, SweepResults)] = []
        var problems: [String] = []
        for sweep in names.map({ SweepDirectory(path: FilePath.join(root, $0), of: options) })
        where (try? POSIX.kind(at: sweep.planFile)) == .regular {
            do {
                sweeps.append((sweep, try SweepResults(sweep, sweep.anyPlan())))
            } catch {
                problems.append("\(error)")
            }
        }
        self.sweeps = sweeps
        self.problems = problems
    }

    package var isEmpty: Bool { sweeps.isEmpty && problems.isEmpty }

    /// Returns the list as a table for people.
    package func text() -> String {
        var table = TextTable(
            [
                .init("Sweep"), .init("Entries", .right), .init("Val acc %", .right), .init("Best setting"),
            ], style: .plain)
        for (sweep, results) in sweeps {
            let best = results.best.map { results.settings[$0] }
            table.append([
                sweep.name, "\(results.done)/\(results.count)",
                best?.accuracy?.text(decimals: 2) ?? "–", best?.title ?? "–",
            ])
        }
        let lines =
            (sweeps.isEmpty ? [] : [table.rendered()])
            + (problems.isEmpty ? [] : ["", "Sweeps that cannot be read:"] + problems)
        return lines.joined(separator: "\n").printable
    }
}

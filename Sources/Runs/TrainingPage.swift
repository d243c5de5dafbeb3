import Console
import Platform
import Synchronization

/// The page of the runs beside a training: the program `runs-page`, which outlives the training.
///
/// Nothing about it makes a training fail or wait: one line says where the page is, or why there is none.
package final class TrainingPage: Sendable {
    /// The name of the program.
    package static let program = "runs-page"

    /// The number of minutes without an open page and a running training after which the program ends.
    package static let idleMinutes = 30

    private let isTold = Mutex(false)

    /// Starts the program for the directory of a job's run, and lets the job's console print its address as soon as it is
    /// known.
    ///
    /// - Parameter path: Returns the path of the program; nil if it is not built.
    package init(of job: Job, path: () -> String? = { SiblingProgram.path(of: TrainingPage.program) }) {
        let root = FilePath.directory(of: job.run.path)
        guard let path = path() else {
            tell(
                "Warning: no page: the program \(Self.program) is neither beside this program nor in PATH. Build it with: "
                    + "swift build -c release --product \(Self.program)", on: job.console)
            return
        }
        do {
            let process = try DetachedProcess(
                path,
                [
                    Self.program, "--runs", root, "--until-idle", "\(Self.idleMinutes)", "--beside-training",
                ], keeping: .all)
            let console = job.console
            Task.detached { await self.listen(to: process, console) }
        } catch {
            tell("Warning: no page: \(error)", on: job.console)
        }
    }

    /// Waits for the first line that the program prints, and prints it.
    private func listen(to process: DetachedProcess, _ console: Console) async {
        for _ in 0..<1000 {
            let hasEnded = process.poll() != nil
            let text = process.text
            if let end = text.firstIndex(where: \.isNewline) {
                let line = text[..<end]
                return tell(
                    line.hasPrefix("Error: ") ? "Warning: no page: \(line.dropFirst(7))" : "\(line)",
                    on: console)
            }
            if hasEnded {
                return tell("Warning: no page: \(Self.program) did not start.", on: console)
            }
            try? await Task.sleep(for: .milliseconds(10))
        }
        tell("Warning: no page: \(Self.program) did not start within 10 seconds.", on: console)
    }

    private func tell(_ line: String, on console: Console) {
        console.print(line)
        isTold.withLock { $0 = true }
    }

    /// Waits until the line is printed, at most five seconds: a training of a moment can end before the program has started.
    package func waitUntilTold() {
        for _ in 0..<500 where !isTold.withLock({ $0 }) { POSIX.sleep(seconds: 0.01) }
    }
}

import Console
import Datasets
import Platform

/// Prints the progress of a download: a line for each file and, on a terminal, a progress bar.
package final class FetchPrinter {
    private let console: Console
    private let clock: () -> Double
    /// The start time of the current file's download, and the number of bytes that existed before.
    private var start: (seconds: Double, byteCount: Int)?
    /// The attempts that failed for the current file. They are printed as warnings if another attempt succeeds;
    /// otherwise the error lists them.
    private var failures: [FetchError.Attempt] = []

    /// - Parameters:
    ///   - console: The console.
    ///   - clock: A clock that is never set back, in seconds; the system's if nil.
    package init(_ console: Console, clock: (() -> Double)? = nil) {
        self.console = console
        self.clock = clock ?? POSIX.monotonicSeconds
    }

    package func report(_ event: FetchEvent) {
        switch event {
        case .waiting, .found: console.print(event.description)
        case .downloading(let file, _, let byteCount, let total):
            start = (clock(), byteCount)
            if console.terminal.isInteractive {
                draw(file, byteCount, total)
            } else {
                console.print(event.description)
            }
        case .progress(let file, let byteCount, let total):
            if console.terminal.isInteractive { draw(file, byteCount, total) }
        case .failed(let attempt): failures.append(attempt)
        case .finished:
            for attempt in failures { console.print("Warning: \(attempt.address): \(attempt.reason)") }
            failures = []
            // If the beginning was printed, the next line is printed at the end.
            if console.terminal.isInteractive || start == nil { console.print(event.description) }
            start = nil
        }
    }

    /// Removes the bar from the screen.
    package func finish() { console.eraseBar() }

    /// Draws the bar: "train-images-idx3-ubyte.gz  [=====>    ] 4.2 MB of 9.9 MB  1.2 MB/s  ETA 0:04".
    private func draw(_ file: String, _ byteCount: Int, _ total: Int?) {
        var facts = TextFormat.bytes(byteCount) + (total.map { " of \(TextFormat.bytes($0))" } ?? "")
        if let start, clock() > start.seconds, byteCount > start.byteCount {
            let rate = Double(byteCount - start.byteCount) / (clock() - start.seconds)
            facts += "  \(TextFormat.bytes(Int(rate)))/s"
            if let total {
                facts += "  ETA \(TextFormat.duration(seconds: Double(max(0, total - byteCount)) / rate))"
            }
        }
        let share = total.map { $0 > 0 ? min(1, Double(byteCount) / Double($0)) : 1 }
        console.draw(bar: ProgressBar.line(file, facts: facts, share: share, on: console.terminal))
    }
}

extension DatasetFetch {
    /// Downloads the missing files of a data set, as `mnist-bilstm datasets fetch` does, and prints the progress.
    /// Ctrl-C and SIGTERM stop it.
    ///
    /// - Parameters:
    ///   - dataset: The data set.
    ///   - directory: The directory for the files. If nil, the data set's default directory is used; if a package of
    ///     the system has the files, nothing is downloaded.
    ///   - terminal: The terminal that shows the progress.
    /// - Throws: ``ReportedError``
    package static func run(
        _ dataset: ImageDataset, to directory: String?, terminal: Terminal = .standardOutput
    ) throws {
        let signal = InterruptSignal.install()
        defer { signal.uninstall() }
        let console = try Console(terminal: terminal)
        let target = directory ?? dataset.directory()
        if directory == nil, let found = elsewhere(dataset, target) {
            console.print("\(dataset.name) is already complete in \(found)")
            return try console.finish()
        }
        let printer = FetchPrinter(console)
        defer { printer.finish() }
        try DatasetFetch(dataset, to: target).run(report: printer.report, stopSignal: { signal.received })
        let data = directory.map { ["--data", $0] } ?? []
        let command = ["mnist-bilstm", "--dataset", dataset.name] + data
        console.print(
            "\(dataset.name) is complete in \(target). Train on it with: \(ShellWords.quoted(command))")
        try console.finish()
    }

    /// Returns another place where the correct files exist.
    private static func elsewhere(_ dataset: ImageDataset, _ directory: String) -> String? {
        switch dataset.verify(in: directory) {
        case .verified(let found), .whole(let found, _): found == directory ? nil : found
        case .absent, .incomplete, .present, .damaged: nil
        }
    }
}

import ArgumentParser
import Console
import Platform
import Runs

/// The receipt or the run that the command `verify` reads.
package struct ReceiptArgument<Tool: RunTool>: RunArgument {
    package init() {}

    @Argument(
        help: ArgumentHelp(
            "Run: \(Tool.runNames), or a file receipt.json (default: latest)", valueName: "receipt-or-run"),
        completion: .runOrSweep)
    package var runArgument: String?

    @Option(
        name: .customLong("run"),
        help: ArgumentHelp("The same as the argument <receipt-or-run>", valueName: "receipt-or-run"),
        completion: .runOrSweep)
    package var runOption: String?
}

/// The options of the command `verify`, without the options of the data.
package struct VerifyArguments<Tool: RunTool>: ParsableArguments {
    package init() {}

    @OptionGroup package var chosen: ReceiptArgument<Tool>

    @Option(
        help: ArgumentHelp(
            "Repeat only the first N epochs, without the final scores (default: all)", valueName: "count"))
    package var epochs: Int?

    package func validate() throws { try check("--epochs", epochs, 1...1_000_000) }

    /// Repeats the training of the chosen receipt and prints the result.
    ///
    /// - Parameters:
    ///   - process: The directory of the runs and the number of threads.
    ///   - change: Gives the places of data and of other models to the options, which begin as the options of the run, or as the defaults.
    ///   - verify: Repeats the training.
    package func run(
        _ process: ProcessArguments<Tool.Options>,
        change: (inout Tool.Options, Receipt) throws -> Void,
        verify: (Verification<Tool.Options>) throws -> VerificationResult
    ) throws {
        try explained {
            let (path, run) = try place(in: process.runs ?? RunDirectory.defaultRoot)
            let receipt = try Receipt.read(from: path)
            var options = try run.flatMap { try Self.options(of: $0) } ?? Tool.Options()
            options.common.threads = try process.usedThreads()
            options.common.runs = process.runs ?? options.common.runs
            options.common.progress = .auto
            try change(&options, receipt)
            let console = try Console()
            console.print("Receipt: \(path)")
            let result = try verify(
                Verification(
                    receipt: receipt, path: path, run: run, options: options, epochs: epochs, console: console
                ))
            console.print(result.description)
            try console.finish()
            return result.isReproduced ? .success : .different
        }
    }

    /// Returns the path of the receipt, and its run if a run was named.
    private func place(in root: String) throws -> (path: String, run: RunDirectory?) {
        let name = chosen.name
        if try Receipt.isPath(name) { return (name, nil) }
        let run = try RunDirectory.find(name, root: root, of: Tool.program, lister: Tool.program.name).run
        guard try POSIX.kind(at: run.receipt) != nil else { throw ReceiptError.missing(run: run.path) }
        return (run.receipt, run)
    }

    /// Returns the options of a run; nil if it has no configuration.
    private static func options(of run: RunDirectory) throws -> Tool.Options? {
        guard try POSIX.kind(at: run.configuration) != nil else { return nil }
        return try RunFile.read(StoredOptions<Tool.Options>.self, from: run.configuration).options
    }
}

/// A receipt that a tool verifies, and with what.
package struct Verification<Options: ClassifierOptions> {
    package let receipt: Receipt
    package let path: String
    package let run: RunDirectory?
    package let options: Options
    package let epochs: Int?
    package let console: Console

    /// Repeats the training.
    package func run<Task: ClassifierTraining>(
        as task: Task.Type
    ) throws -> VerificationResult where Task.Options == Options {
        try ReceiptVerification<Task>(receipt, path: path, of: run, options: options)
            .verify(epochs: epochs, console: console)
    }
}

extension HelpText {
    /// The end of the help of `verify`.
    package static let verification = """
        Training is repeated from the receipt's options, and the data, the weights after each epoch and the final scores \
        are compared; of a run also its checkpoints, which show the first step and parameter that differ. Nothing is \
        written. Any number of threads gives the same result.

        Exit codes: 0 reproduced, 1 not reproduced, 64 bad option, 65 damaged or changed receipt, or other data, 66 missing \
        receipt, run or data, 71 not enough memory.
        """
}

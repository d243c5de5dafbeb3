import ArgumentParser
import Commands
import Training

struct Train: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Trains a recurrent network on MNIST, each image read as a sequence of its rows.",
        discussion: """
            Example: mnist-bilstm train --epochs 10 --cell gru --hidden-size 64 --name wider
                     mnist-bilstm train --resume latest

            Metrics, log and checkpoints go to a directory of their own in runs/; runs/latest points to it. \
            The same seed gives the same weights, to the last bit, for any number of threads, stopped and resumed or \
            not. Ctrl-C ends training after the running step, with everything written; a second one at once.

            Exit codes: 0 done, 1 the loss was not finite, 64 bad option, 65 bad data, 66 missing data, \
            69 processor not supported, 73 another process writes to the run, 74 a file of the run could not be \
            written, 75 stopped by the time limit, 130 Ctrl-C, 143 SIGTERM.
            """)

    private static let defaults = MNISTTraining.Options()

    @Option(
        help: ArgumentHelp(
            """
            Go on with a run where it was stopped: latest, its name, or the path of it or of one of its checkpoints. \
            Options that are not given are the run's.
            """, valueName: "run"))
    var resume: String?

    @Flag(help: "Let a resumed run go on with other options than its own.")
    var allowChanges = false

    @OptionGroup(title: "Training") var optimization: OptimizationOptions

    @OptionGroup(title: "Model") var model: ModelOptions

    @OptionGroup(title: "Run") var keeping: RunOptions

    @OptionGroup(title: "Places and threads") var places: PlaceOptions

    func validate() throws {
        try checkUse("--allow-changes", allowChanges, of: "--resume", resume != nil)
        guard resume == nil || keeping.name == nil else {
            throw ValidationError("--name has no effect with --resume: a run keeps its name.")
        }
        // Of a run that is resumed they are known only when it is read.
        if resume == nil { _ = try options(on: MNISTTraining.Options()) }
    }

    private func options(on base: MNISTTraining.Options) throws -> MNISTTraining.Options {
        var options = base
        optimization.apply(to: &options)
        model.apply(to: &options)
        keeping.apply(to: &options)
        places.apply(to: &options)
        try optimization.validate(in: options)
        return options
    }

    func run() throws {
        let code = try Failure.explained(exitCode)
        if code != 0 { throw ExitCode(code) }
    }

    /// Trains.
    func exitCode() throws -> Int32 {
        guard let resume else { return try MNISTTraining(options(on: MNISTTraining.Options())).run() }
        let resumption = try Resumption(resume, root: places.runs ?? MNISTTraining.Options().runs)
        return try MNISTTraining(
            resuming: resumption, options: options(on: resumption.options), allowsChanges: allowChanges
        ).run()
    }

    /// What words of a command line come to, or in a line why they come to nothing.
    static func options(of words: [String]) throws -> MNISTTraining.Options {
        do {
            return try parse(words).options(on: MNISTTraining.Options())
        } catch {
            throw OptionError(message(for: error))
        }
    }
}

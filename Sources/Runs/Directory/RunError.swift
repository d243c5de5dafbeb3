import Console
import Platform

/// The error that a run cannot be read or resumed.
package enum RunError: Error, Hashable, Sendable, CustomStringConvertible {
    /// `lister` is the tool with the command that lists runs.
    case notFound(name: String, root: String, lister: String)
    /// A sweep whose winner does not exist or is not known.
    case sweepWithoutWinner(sweep: String, reason: NoWinner, program: String)
    /// A run whose first file was never written.
    case neverBegan(run: String)
    /// A run that ended before it saved a checkpoint; the command resumes it from its beginning.
    case noCheckpoint(run: String, resume: String)
    /// A run whose checkpoints were removed, which cannot be resumed; the command trains the same weights again.
    case checkpointsRemoved(run: String, again: String)
    /// A run that has checkpoints, but not of the best epoch.
    case noBestCheckpoint(run: String)
    case inUse(run: String)
    /// A directory of runs in which another process has been creating a run for a long time.
    case rootInUse(lock: String)
    case invalidFile(path: String, reason: String)
    case incompleteLog(path: String, expected: Int)
    case otherColumns(path: String, expected: [String])
    /// Every checkpoint is damaged; `problems` has the problem of each.
    case noUsableCheckpoint(run: String, problems: [String])
    /// The options differ from the run's; `differences` are in words.
    case otherOptions(run: String, differences: [String])
    /// Options that determine the data set or the model differ from the run's.
    case otherModel(run: String, differences: [String])
    /// Options that determine the validation set differ from the run's.
    case otherHeldOutImages(run: String, differences: [String], samples: String = "images")
    /// Options of a forecast run differ from the run's.
    case otherForecasts(run: String, differences: [String])
    case otherData(run: String, expected: String, found: String)
    /// A step that a run has not reached, or after which no checkpoint is left; `last` is the step of the newest checkpoint.
    case noSuchStep(run: String, step: Int, last: Int)
    /// A training that was repeated, and differs from the run's.
    case notReproduced(run: String, expected: String, found: String)
    /// A step that cannot be computed again, because options or version changed after another step, whose checkpoint is not
    /// kept; `next` is the first step after the change that can be.
    case changedOptions(run: String, after: Int, next: Int)
    /// A run of another version, whose steps cannot be computed again.
    case otherVersion(run: String, expected: String, found: String)
    /// A network of a forecast run was named instead of the run.
    case networkOfForecast(network: String, run: String)
    /// A run of imported weights, which has no training to resume; the command trains its weights further.
    case imported(run: String, file: String, train: String)
    /// A run of another tool.
    case otherProgram(run: String, program: String)
    /// A run of a program that uses the library; `resume` is the Swift expression that resumes it.
    case madeByLibrary(run: String, resume: String)
    /// A directory for a new run that exists already; `resume` is the Swift expression that resumes its run, nil if it has
    /// none.
    case alreadyExists(run: String, resume: String?)
    /// A trainer that has other steps than the run's newest checkpoint; `resume` is the Swift expression that resumes the run.
    case otherSteps(run: String, expected: Int, found: Int, resume: String)
    /// A trainer or data that differ from the run's; `differences` are in words. Not all of them can be allowed.
    case otherTraining(run: String, differences: [String], canBeAllowed: Bool = true)
    /// A call of `fit` of another trainer than the run's.
    case otherTrainer(run: String)
    /// Options of a new run with names that the trainer's options have.
    case reservedOptions(run: String, names: [String])
    /// Intervals of a new run's records and checkpoints that are out of range; `received` is in words.
    case invalidRecording(run: String, received: String)

    package var description: String {
        switch self {
        case .notFound(let name, let root, let lister):
            "no run \(name.quoted): \(name.hasPrefix("/") ? name : FilePath.join(root, name)) does not exist, and no directory, "
                + "checkpoint or sweep has this name; list the runs of all tools: "
                + ShellWords.quoted([lister, "runs"] + (root == "runs" ? [] : ["--runs", root]))
        case .sweepWithoutWinner(let sweep, .incomplete(let complete, let count), let program):
            "\(sweep.printableLine) is a sweep without a winner: \(complete) of \(count) entries are done; resume it: "
                + ShellWords.quoted([program, "sweep", "--resume", sweep])
        case .sweepWithoutWinner(let sweep, .unknown, let program):
            "\(sweep.printableLine) is a sweep whose winner is not determined yet; find it: "
                + ShellWords.quoted([program, "sweep", "report", sweep])
        case .sweepWithoutWinner(let sweep, .diverged(let entry), _):
            "\(sweep.printableLine) is a sweep without a winner: every setting diverged; to use an entry all the same, name it: "
                + FilePath.join(sweep, entry).printableLine
        case .neverBegan(let run):
            "no config.json in \(run.printableLine): the run ended before it started training, or the file was removed; "
                + "start a new run, or restore the file"
        case .noCheckpoint(let run, let resume):
            "no checkpoint in \(run.printableLine): the run ended before saving one; start it from the beginning: \(resume)"
        case .checkpointsRemoved(let run, let again):
            "no directory \(FilePath.join(run, "checkpoints").printableLine): it was removed, and the run cannot be resumed; "
                + "train it again in a new run: \(again)"
        case .noBestCheckpoint(let run):
            "no best checkpoint in \(run.printableLine): no epoch is complete, or resuming from an earlier checkpoint removed "
                + "it; use --checkpoint last"
        case .inUse(let run):
            "\(run.printableLine): another process is writing to this run; wait until it ends, or start a new run"
        case .rootInUse(let lock):
            "\(lock.printableLine): another process has held this lock for more than 10 seconds to create a run; wait until "
                + "it ends, or end it if it is suspended"
        case .invalidFile(let path, let reason):
            "\(path.printableLine): \(reason); restore the original file"
        case .incompleteLog(let path, let expected):
            "\(path.printableLine): expected at least \(expected) records, the number when the checkpoint was saved, found "
                + "fewer; restore the original file"
        case .otherColumns(let path, let expected):
            "\(path.printableLine): line 1: expected \(expected.joined(separator: ",").quoted), found another line; restore "
                + "the original file, or, if another version of the program wrote it with other metrics, resume with that "
                + "version or start a new run"
        case .noUsableCheckpoint(let run, let problems):
            "\(run.printableLine): every checkpoint is damaged:" + problems.map { "\n  \($0)" }.joined()
                + "\nTo train the run again from the start, remove the files in \(FilePath.join(run, "checkpoints"))."
        case .otherOptions(let run, let differences):
            "\(run.printableLine) was trained with different options:"
                + differences.map { "\n  \($0)" }.joined()
                + "\nRemove these options to resume with the run's, or add --allow-changes to resume with the given ones."
        case .otherModel(let run, let differences):
            "\(run.printableLine) was trained with different options:"
                + differences.map { "\n  \($0)" }.joined()
                + "\nThe data set and the model of a run cannot change, not even with --allow-changes. Remove these options, "
                + "or start a new run."
        case .otherHeldOutImages(let run, let differences, let samples):
            "\(run.printableLine) was trained with different options:"
                + differences.map { "\n  \($0)" }.joined()
                + "\nThe validation set of a run cannot change, not even with --allow-changes: the new validation "
                + "set would contain \(samples) that the run was trained on. Remove these options, or start a new run."
        case .otherForecasts(let run, let differences):
            "\(run.printableLine) was trained with different options:"
                + differences.map { "\n  \($0)" }.joined()
                + "\nRemove these options to resume with the run's, or start a new run."
        case .otherData(let run, let expected, let found):
            "\(run.printableLine) was trained on different data: expected "
                + "\(TextFormat.groupedCounts(in: expected.cut(atMost: 200))), found \(TextFormat.groupedCounts(in: found)); "
                + "give the run's data with --data"
        case .noSuchStep(let run, let step, let last):
            "\(run.printableLine): expected a step of 0 to \(last), the step of the newest checkpoint, found \(step); choose one of "
                + "these steps"
        case .notReproduced(let run, let expected, let found):
            "\(run.printableLine) cannot be repeated exactly: expected \(expected), found \(found); its options were changed "
                + "when it was resumed, or another version of the program or a processor without fused multiply-add trained "
                + "it. Choose a step with a checkpoint."
        case .changedOptions(let run, let after, let next):
            "\(run.printableLine): the run was resumed with other options or by another version after step \(after), and the "
                + "checkpoint of that step is not kept; choose a step with a checkpoint, or one from step \(next) on"
        case .otherVersion(let run, let expected, let found):
            "\(run.printableLine) was trained by version \(found), and this is \(expected), whose steps may be others; choose a "
                + "step with a checkpoint, or use that version"
        case .networkOfForecast(let network, let run):
            "\(network.printableLine) is one network of the run \(run.printableLine); name the run instead"
        case .imported(let run, let file, let train):
            "\(run.printableLine) has weights imported from \(file.printableLine) and no training to resume; train them "
                + "further in a new run: \(train)"
        case .otherProgram(let run, let program):
            "\(run.printableLine) is a run of \(program); use \(program) for it, or name another run"
        case .madeByLibrary(let run, let resume):
            "\(run.printableLine) was made by a program that uses the library; resume it there with \(resume), read its "
                + "checkpoints with Checkpoint or ModuleCheckpoint, or name another run"
        case .alreadyExists(let run, let resume?):
            "\(run.printableLine) exists already; resume its run with \(resume), or choose another directory"
        case .alreadyExists(let run, nil):
            "\(run.printableLine) exists already and has no config.json, so it is not a run that can be resumed; choose "
                + "another directory, or remove this one"
        case .otherSteps(let run, let expected, let found, let resume):
            "\(run.printableLine): expected a trainer after \(expected) steps, as the newest checkpoint, found one after "
                + "\(found) steps; make a new trainer and resume with \(resume)"
        case .otherTraining(let run, let differences, true):
            "\(run.printableLine) was trained differently:" + differences.map { "\n  \($0)" }.joined()
                + "\nUse the run's values, or resume with allowsChanges: true, or create a new run."
        case .otherTraining(let run, let differences, false):
            "\(run.printableLine) was trained differently:" + differences.map { "\n  \($0)" }.joined()
                + "\nA validation set cannot be added or removed, not even with allowsChanges: true. Use the run's "
                + "values, or create a new run."
        case .otherTrainer(let run):
            "\(run.printableLine): expected a call of fit of the trainer for which this TrainingRun was made, found one of "
                + "another trainer; make a TrainingRun for each trainer"
        case .reservedOptions(let run, let names):
            "\(run.printableLine): options: expected names that no option of the trainer has, found "
                + "\(names.map(\.quoted).joined(separator: ", ")), which the run stores itself; choose other names"
        case .invalidRecording(let run, let received):
            "\(run.printableLine): expected logEvery of 0 or more, checkpointEvery and keepCheckpoints of 1 or more, found "
                + "\(received); correct the arguments of TrainingRun"
        }
    }
}

extension RunError: ReportedError {
    package var exitStatus: ExitStatus {
        switch self {
        case .notFound, .sweepWithoutWinner, .neverBegan, .noCheckpoint, .checkpointsRemoved,
            .noBestCheckpoint, .noSuchStep:
            .missingInput
        case .inUse, .rootInUse: .inUse
        case .invalidFile, .incompleteLog, .otherColumns, .noUsableCheckpoint, .otherData, .notReproduced,
            .changedOptions, .otherVersion:
            .badData
        case .otherOptions, .otherModel, .otherHeldOutImages, .otherForecasts, .networkOfForecast,
            .otherProgram, .imported, .madeByLibrary, .alreadyExists, .otherSteps, .otherTraining,
            .otherTrainer,
            .reservedOptions, .invalidRecording:
            .usage
        }
    }
}

import Console
import Platform

/// The error that a run cannot be read or resumed.
package enum RunError: Error, Hashable, Sendable, CustomStringConvertible {
    case notFound(name: String, root: String)
    /// A sweep in which not all entries are complete, or in which all diverged.
    case sweepWithoutWinner(sweep: String)
    /// A run whose first file was never written.
    case neverBegan(run: String)
    case noCheckpoint(run: String)
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
    /// Options that determine the validation set differ from the run's.
    case otherHeldOutImages(run: String, differences: [String])
    /// Options of a forecast run differ from the run's.
    case otherForecasts(run: String, differences: [String])
    case otherData(run: String, expected: String, found: String)
    /// A network of a forecast run was named instead of the run.
    case networkOfForecast(network: String, run: String)
    /// A run of another tool.
    case otherProgram(run: String, program: String)

    package var description: String {
        switch self {
        case .notFound(let name, let root):
            "no run \(name.quoted): there is no \(FilePath.join(root, name)) and no such directory, checkpoint or sweep; "
                + "\"mnist-bilstm runs\" lists what there is"
        case .sweepWithoutWinner(let sweep):
            "\(sweep.printableLine) is a sweep without a winner. If not all entries are done, resume it: "
                + ShellWords.quoted(["mnist-bilstm", "sweep", "--resume", sweep])
                + ". If an older version finished it, find the winner: "
                + ShellWords.quoted(["mnist-bilstm", "sweep", "report", sweep])
                + ". If every setting diverged, name an entry: \(FilePath.join(sweep, "entry-0000").printableLine)"
        case .neverBegan(let run):
            "\(run.printableLine): expected config.json, found none: the run was ended before it began, or the file was removed; start a new one, "
                + "or put it back"
        case .noCheckpoint(let run):
            "\(run.printableLine): expected a checkpoint, found none: the run ended before it saved one, or this is no run"
        case .noBestCheckpoint(let run):
            "\(run.printableLine): expected checkpoints/best.safetensors, found none: no epoch is complete, or a resume from an earlier "
                + "checkpoint removed it; take --checkpoint last"
        case .inUse(let run):
            "\(run.printableLine): another process is writing to this run; wait for its end, or start a run of another name"
        case .rootInUse(let lock):
            "\(lock.printableLine): another process has had this lock for more than 10 seconds, while it makes a run; wait for it, or end it "
                + "if it is stopped"
        case .invalidFile(let path, let reason):
            "\(path.printableLine): \(reason); put back the file that the run wrote"
        case .incompleteLog(let path, let expected):
            "\(path.printableLine): expected at least \(expected) records, as there were when the checkpoint was made, found fewer; "
                + "put back the file that the run wrote"
        case .otherColumns(let path, let expected):
            "\(path.printableLine): line 1: expected \(expected.joined(separator: ",").quoted), found another line; put back the file "
                + "that the run wrote, or, if another version of the program wrote it with other metrics, resume with that "
                + "version or start a new run"
        case .noUsableCheckpoint(let run, let problems):
            "\(run.printableLine): no checkpoint can be used:" + problems.map { "\n  \($0)" }.joined()
                + "\nTo train it from the beginning, remove the files in \(FilePath.join(run, "checkpoints"))"
        case .otherOptions(let run, let differences):
            "\(run.printableLine) was made with other options:" + differences.map { "\n  \($0)" }.joined()
                + "\nLeave them out to go on with the run's own, or add --allow-changes to go on with these."
        case .otherHeldOutImages(let run, let differences):
            "\(run.printableLine) was made with other options:" + differences.map { "\n  \($0)" }.joined()
                + "\nWhich images are held out cannot be changed in a run, not even with --allow-changes, as it was "
                + "trained on others; leave them out, or start a new run."
        case .otherForecasts(let run, let differences):
            "\(run.printableLine) was made with other options:" + differences.map { "\n  \($0)" }.joined()
                + "\nLeave them out to go on with the run's own, or start a new run."
        case .otherData(let run, let expected, let found):
            "\(run.printableLine) was trained on other data: expected \(expected.cut(atMost: 200)), found \(found); "
                + "give those with --data"
        case .networkOfForecast(let network, let run):
            "\(network.printableLine) is one network of the run \(run.printableLine); name that"
        case .otherProgram(let run, let program):
            "\(run.printableLine) is a run of \(program); give that command to \(program), or name another run"
        }
    }
}

extension RunError: ReportedError {
    package var exitStatus: ExitStatus {
        switch self {
        case .notFound, .sweepWithoutWinner, .neverBegan, .noCheckpoint, .noBestCheckpoint: .missingInput
        case .inUse, .rootInUse: .inUse
        case .invalidFile, .incompleteLog, .otherColumns, .noUsableCheckpoint, .otherData: .badData
        case .otherOptions, .otherHeldOutImages, .otherForecasts, .networkOfForecast, .otherProgram: .usage
        }
    }
}

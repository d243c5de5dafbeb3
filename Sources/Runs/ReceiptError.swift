import Console
import Platform

/// The error that a receipt cannot be used, or that it is not one of the training that is repeated.
package enum ReceiptError: ReportedError, Hashable {
    case otherFormat(path: String, expected: Int, found: Int)
    /// The receipt's own digest is not the digest of its content.
    case changed(path: String, expected: String, found: String)
    case otherProgram(path: String, expected: String, found: String)
    case otherTrajectory(path: String, version: String, expected: Int, found: Int)
    /// A file that does not exist.
    case noFile(path: String)
    /// A run without `receipt.json`.
    case missing(run: String)
    /// A receipt without a complete epoch; `resume` is the command that resumes its run, nil without a run.
    case empty(path: String, resume: String?)
    /// An option of the receipt that is unknown, invalid or without an effect.
    case invalidOptions(path: String, reason: String)
    /// Data or another model with another content; `option` gives it.
    case otherContent(path: String, role: String, expected: String, found: String, option: String)
    /// A model that the receipt names and that no option gives.
    case missingModel(path: String, role: String, sha256: String, option: String)
    /// A number of epochs to check that the receipt does not have.
    case tooFewEpochs(path: String, asked: Int, found: Int)

    package var description: String {
        switch self {
        case .otherFormat(let path, let expected, let found):
            "\(path.printableLine): expected a receipt of format \(expected), found format \(found); verify it with the version "
                + "of the program that wrote it"
        case .changed(let path, let expected, let found):
            "\(path.printableLine): expected content of SHA-256 \(expected), as the receipt itself says, found \(found): the "
                + "receipt was changed after it was written; restore the original file"
        case .otherProgram(let path, let expected, let found):
            "\(path.printableLine): expected a receipt of \(expected), found one of \(found.cut(atMost: 80).printableLine); "
                + "verify it with that program"
        case .otherTrajectory(let path, let version, let expected, let found):
            "\(path.printableLine): expected trajectory version \(expected), found \(found): version "
                + "\(version.cut(atMost: 80).printableLine) trained with another order of sums, so the last bits differ; verify "
                + "the receipt with that version"
        case .noFile(let path):
            "no receipt \(path.printableLine): the file does not exist; give the path of a receipt, or a run"
        case .missing(let run):
            "no receipt.json in \(run.printableLine): an older version trained it, or the file was removed; train the run again "
                + "to get a receipt"
        case .empty(let path, let resume):
            "\(path.printableLine): expected at least one complete epoch, found none; "
                + (resume.map { "if the run is not training, complete an epoch: \($0)" }
                    ?? "give the receipt of a run with a complete epoch")
        case .invalidOptions(let path, let reason):
            "\(path.printableLine): invalid options: \(reason); restore the original file"
        case .otherContent(let path, let role, let expected, let found, let option):
            "\(path.printableLine): expected \(role) of SHA-256 \(expected), found \(found); give those of the receipt with "
                + option
        case .missingModel(let path, let role, let sha256, let option):
            "\(path.printableLine): the training read \(role) of SHA-256 \(sha256); give a file of these weights with \(option)"
        case .tooFewEpochs(let path, let asked, let found):
            "\(path.printableLine): expected at least \(asked) epochs, the value of --epochs, found \(found); give a smaller "
                + "--epochs"
        }
    }

    package var exitStatus: ExitStatus {
        switch self {
        case .noFile, .missing, .empty, .missingModel: .missingInput
        case .otherProgram, .tooFewEpochs: .usage
        case .otherFormat, .changed, .otherTrajectory, .invalidOptions, .otherContent: .badData
        }
    }
}

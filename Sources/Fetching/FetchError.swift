import Console
import Datasets
import Platform

/// The reason why a data set could not be downloaded. Every message includes instructions for downloading it by hand.
package enum FetchError: Error, Sendable, CustomStringConvertible {
    /// Neither curl nor wget is installed.
    case noTool(instructions: String)
    /// Every address failed, for the given reasons.
    case failed(file: String, attempts: [Attempt], instructions: String)
    /// An existing file would be read in place of the downloaded one.
    case obstructed(ImageDatasetState.DamagedFile)
    /// The data set has no address.
    case noAddress(String)
    /// There is no space for the download, or the path is not writable.
    case unwritable(path: String, reason: String)
    /// A signal stopped the download; the partial file is kept and continued the next time.
    case stopped(signal: Int32)
    case file(FileError)
    case archive(DatasetError)

    package struct Attempt: Sendable, Hashable {
        package let address: String
        package let reason: String
    }

    package var description: String {
        switch self {
        case .noTool(let instructions):
            return "cannot download: neither curl nor wget is installed; install one, or \(instructions)"
        case .failed(let file, let attempts, let instructions):
            let reasons = attempts.map { "\n  \($0.address): \($0.reason)" }.joined()
            return "\(file) cannot be downloaded:\(reasons)\n"
                + "try again later, which resumes the download; or, on a machine with an internet connection, \(instructions)"
        case .obstructed(let file):
            return "\(file); remove it, because it would be read in place of the downloaded file"
        case .unwritable(let path, let reason):
            return
                "\(path): cannot be written: \(reason)\nfree some disk space and try again, which resumes the download; or "
                + "give another directory with --to"
        case .noAddress(let name): return "the data set \(name) is not published anywhere"
        case .stopped: return "stopped; the same command resumes the download"
        case .file(let error): return "\(error)"
        case .archive(let error): return "\(error)"
        }
    }
}

extension FetchError: ReportedError {
    package var exitStatus: ExitStatus {
        switch self {
        case .noTool, .failed, .noAddress: .unavailable
        case .obstructed, .archive: .badData
        case .stopped(let signal): .signal(signal)
        case .file, .unwritable: .inputOutput
        }
    }
}

/// An event during the download of a data set.
package enum FetchEvent: Sendable, Hashable, CustomStringConvertible {
    /// Another process downloads into the same directory.
    case waiting(directory: String)
    /// A file exists and is correct.
    case found(file: String)
    /// A download begins, or continues at `byteCount`.
    case downloading(file: String, address: String, byteCount: Int, total: Int?)
    case progress(file: String, byteCount: Int, total: Int?)
    case failed(FetchError.Attempt)
    /// A file is in place and was verified, if a SHA-256 is known.
    case finished(file: String)

    package var description: String {
        switch self {
        case .waiting(let directory): return "waiting for another process that downloads into \(directory)"
        case .found(let file): return "\(file) already exists"
        case .downloading(let file, let address, let byteCount, let total):
            let from = byteCount > 0 ? ", resumed after \(TextFormat.bytes(byteCount))" : ""
            return "\(file)\(total.map { ", \(TextFormat.bytes($0))" } ?? "") from \(address)\(from)"
        case .progress(let file, let byteCount, let total):
            return "\(file): \(TextFormat.bytes(byteCount))"
                + (total.map { " of \(TextFormat.bytes($0))" } ?? "")
        case .failed(let attempt): return "\(attempt.address): \(attempt.reason)"
        case .finished(let file): return "\(file) is complete"
        }
    }
}

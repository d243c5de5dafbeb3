import Console
import Platform
import Runs
import Training

/// The result of a training that any sweep can use instead of training again: the content of a file in the directory of
/// ``KnownResults``. It has no path and no name of a machine.
package struct KnownResult: Codable, Hashable, Sendable {
    static let currentFormat = 1

    private(set) var format = Self.currentFormat
    let outcome: SweepResult.Outcome
    /// The time when it was computed: "2026-01-31T23:59:59Z".
    let computed: String
    /// The training time in seconds.
    let seconds: Double
    /// The options, the data, the digest of each epoch and the final scores.
    package let receipt: Receipt
    /// The SHA-256 of this value without this digest.
    private(set) var sha256 = ""

    /// - Parameters:
    ///   - outcome: How the training ended.
    ///   - summary: The summary of its run.
    ///   - receipt: The receipt of its run.
    package init(_ outcome: SweepResult.Outcome, _ summary: RunSummary, _ receipt: Receipt) throws {
        (self.outcome, self.receipt) = (outcome, receipt)
        (computed, seconds) = (summary.updated, summary.trainingSeconds)
        sha256 = try ownDigest
    }

    private var ownDigest: String {
        get throws {
            var value = self
            value.sha256 = ""
            return try JSON.sha256(of: value)
        }
    }

    /// Checks that a file has this content as it was written, and that it is the result of a training.
    ///
    /// - Parameters:
    ///   - file: The path of the file.
    ///   - identity: The ``Receipt/identity`` by which the file was found.
    /// - Throws: ``SweepError``; the errors of ``Receipt/check(_:)``.
    func check(_ file: String, identity: String) throws {
        if let complaint { throw SweepError.unusableResult(file: file, reason: complaint) }
        try receipt.check(file)
        let found = try ownDigest
        guard found == sha256 else {
            throw SweepError.changedResult(file: file, expected: sha256, found: found)
        }
        let own = try receipt.identity
        guard own == identity else {
            throw SweepError.foreignResult(file: file, expected: identity, found: own)
        }
    }

    /// The reason why the parts are impossible; nil if they are possible.
    private var complaint: String? {
        guard format == Self.currentFormat else {
            return "expected format \(Self.currentFormat), found \(format)"
        }
        guard SHA256.isHexDigest(sha256) else {
            return
                "expected a SHA-256 of 64 lower-case hexadecimal digits, found \(sha256.cut(atMost: 80).quoted)"
        }
        guard UTCTime(iso8601: computed) != nil else {
            return "expected a time such as 2026-01-31T23:59:59Z, found \(computed.cut(atMost: 80).quoted)"
        }
        guard seconds.isFinite, seconds >= 0 else {
            return "expected a training time of 0 or more, found \(seconds)"
        }
        return nil
    }

    /// Whether one in twenty trainings is repeated as a check, and this one is among them. Its identity decides, so that
    /// all sweeps check the same results.
    static func isChecked(identity: String) -> Bool {
        (UInt64(identity.prefix(15), radix: 16) ?? 0).isMultiple(of: 20)
    }

    /// Returns the difference to the same training, which was repeated; nil if all bytes are equal. Scores that only one of
    /// them has, because of the versions of the program, are not compared.
    func difference(from again: KnownResult) -> Difference? {
        let (own, others) = (receipt.epochs, again.receipt.epochs)
        if let epoch = (0..<max(own.count, others.count)).first(where: {
            own.indices.contains($0) != others.indices.contains($0) || own[$0] != others[$0]
        }) {
            func digest(_ epochs: [String]) -> String {
                epochs.indices.contains(epoch) ? epochs[epoch] : "none"
            }
            return .epoch(epoch, expected: digest(own), found: digest(others))
        }
        if outcome != again.outcome {
            return .value("state", expected: outcome.rawValue, found: again.outcome.rawValue)
        }
        if receipt.scoredEpoch != again.receipt.scoredEpoch {
            func text(_ epoch: Int?) -> String { epoch.map(String.init) ?? "none" }
            return .value(
                "evaluated epoch", expected: text(receipt.scoredEpoch), found: text(again.receipt.scoredEpoch)
            )
        }
        return receipt.scores.difference(from: again.receipt.scores)
    }

    /// The first difference between two trainings that should be equal.
    package enum Difference: Hashable, Sendable, CustomStringConvertible {
        /// The SHA-256 of the weights after an epoch.
        case epoch(Int, expected: String, found: String)
        case value(String, expected: String, found: String)

        package var description: String {
            switch self {
            case .epoch(let epoch, let expected, let found):
                "the weights after epoch \(epoch), counted from 0: expected SHA-256 \(expected), found \(found)"
            case .value(let name, let expected, let found): "\(name): expected \(expected), found \(found)"
            }
        }
    }
}

extension MetricScores {
    /// Returns the first of the values of both that differs in a bit; nil if there is none.
    func difference(from others: MetricScores) -> KnownResult.Difference? {
        for key in keys {
            guard let one = self[key: key], let other = others[key: key] else { continue }
            if one.bitPattern != other.bitPattern {
                return .value(key, expected: "\(one)", found: "\(other)")
            }
        }
        return nil
    }
}

import Platform
import Training

/// The content of a run's `receipt.json`: everything by which another person can repeat the training and compare the result
/// to the last bit. It has no times, and no paths or names of a machine, so that two runs of the same options have the same
/// receipt.
package struct Receipt: Codable, Hashable, Sendable {
    /// The number of this format.
    package static let currentFormat = 1

    package var format = Self.currentFormat
    /// The program that trained, and its version.
    package var program: String
    package var version = PackageVersion.current
    /// The version of ``Trajectory``.
    package var trajectory = Trajectory.version
    /// The options of the training; more than one segment if it was resumed with other options.
    package var segments: [Segment]
    /// The data that were read, in the order of their roles.
    package var data: [Content]
    /// The SHA-256 of the weights after each complete epoch.
    package var epochs: [String] = []
    /// The epoch whose weights were evaluated at the end; nil if training is not complete.
    package var scoredEpoch: Int?
    /// The final scores; empty if training is not complete.
    package var scores = MetricScores()
    /// The SHA-256 of the receipt without this digest; see ``sealed``.
    package var sha256 = ""

    /// The steps of a training with the same options.
    package struct Segment: Codable, Hashable, Sendable {
        /// The number of steps before the first of this segment.
        package var firstStep: Int
        /// The options that decide the weights and the final scores, without those that have no effect.
        package var options: [String: JSONValue]
        /// The other models that were read: a teacher, initial weights.
        package var models: [Content]

        package init(firstStep: Int, options: [String: JSONValue], models: [Content]) {
            (self.firstStep, self.options, self.models) = (firstStep, options, models)
        }
    }

    /// Something that a training read, by its role and the SHA-256 of its content.
    package struct Content: Codable, Hashable, Sendable {
        /// The role: "train_images".
        package var role: String
        package var sha256: String

        package init(_ role: String, sha256: String) { (self.role, self.sha256) = (role, sha256) }
    }

    package init(program: String, segments: [Segment], data: [Content]) {
        (self.program, self.segments, self.data) = (program, segments, data)
    }
}

extension Receipt {
    /// The same receipt with its own digest.
    package var sealed: Receipt {
        get throws {
            var receipt = self
            receipt.sha256 = try ownDigest
            return receipt
        }
    }

    /// The SHA-256 of the receipt as JSON in one line, with an empty digest.
    private var ownDigest: String {
        get throws {
            var receipt = self
            receipt.sha256 = ""
            return try JSON.sha256(of: receipt)
        }
    }

    /// Returns whether a name is the path of a receipt, and not the name or the path of a run.
    ///
    /// - Throws: ``ReceiptError/noFile(path:)`` for a path without a file.
    package static func isPath(_ name: String) throws(ReceiptError) -> Bool {
        let kind = try? POSIX.kind(at: name, followingLinks: true)
        guard name.hasSuffix(".json") || kind == .regular, !name.hasSuffix(".safetensors") else {
            return false
        }
        guard kind != nil else { throw .noFile(path: name) }
        return true
    }

    /// Reads a receipt of this version's format and trajectory, and checks that nothing in it was changed.
    ///
    /// - Throws: ``FileError``; ``RunError/invalidFile(path:reason:)`` for a damaged file; ``ReceiptError``.
    package static func read(from path: String) throws -> Receipt {
        // A digest for each of a million epochs.
        let document = try RunFile.document(of: path, JSON.Limits(bytes: 128 << 20, values: 2_000_000))
        let mark: Mark = try RunFile.value(of: document, path)
        guard mark.format == currentFormat else {
            throw ReceiptError.otherFormat(path: path, expected: currentFormat, found: mark.format)
        }
        let receipt: Receipt = try RunFile.value(of: document, path)
        try receipt.check(path)
        return receipt
    }

    /// Checks that the parts are possible, and that nothing was changed since the receipt was sealed.
    ///
    /// - Parameter path: The path of the file that contains the receipt.
    /// - Throws: ``RunError/invalidFile(path:reason:)``; ``ReceiptError/changed(path:expected:found:)``.
    package func check(_ path: String) throws {
        if let complaint { throw RunError.invalidFile(path: path, reason: complaint) }
        let found = try ownDigest
        guard found == sha256 else {
            throw ReceiptError.changed(path: path, expected: sha256, found: found)
        }
    }

    /// The SHA-256 of everything that decides the weights and the scores: program, trajectory, options, and the contents of
    /// data and other models. It is known before the first step, and two trainings with the same have the same bytes.
    package var identity: String {
        get throws {
            struct Content: Encodable {
                let program: String
                let trajectory: Int
                let segments: [Segment]
                let data: [Receipt.Content]
            }
            return try JSON.sha256(
                of: Content(program: program, trajectory: trajectory, segments: segments, data: data))
        }
    }

    private struct Mark: Decodable { var format: Int }

    /// The reason why the parts are impossible; nil if they are possible.
    private var complaint: String? {
        let contents = [data] + segments.map(\.models)
        let digests = contents.joined().map(\.sha256) + epochs + [sha256]
        if let digest = digests.first(where: { !SHA256.isHexDigest($0) }) {
            return
                "expected a SHA-256 of 64 lower-case hexadecimal digits, found \(digest.cut(atMost: 80).quoted)"
        }
        let roles = contents.map { $0.map(\.role) }
        if let role = roles.joined().first(where: { !Metric.isName($0) }) {
            return "expected a role of lower-case letters, digits and underscores, found "
                + role.cut(atMost: 80).quoted
        }
        guard roles.allSatisfy({ Set($0).count == $0.count }) else {
            return "expected each role of data and models once, found one twice"
        }
        let steps = segments.map(\.firstStep)
        guard steps.first == 0, zip(steps, steps.dropFirst()).allSatisfy(<),
            steps.allSatisfy({ $0 < 1 << 40 })
        else {
            return
                "expected segments with first steps that begin with 0 and increase, found "
                + steps.prefix(8).map(String.init).joined(separator: ", ").quoted
        }
        return nil
    }
}

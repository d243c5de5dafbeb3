import Training

extension Receipt {
    /// Checks that a program can repeat the training, and that it has the epochs to compare.
    ///
    /// - Parameters:
    ///   - program: The program that repeats the training.
    ///   - epochs: The number of epochs to compare; nil for all.
    ///   - path: The path of the receipt, for errors.
    ///   - resume: The command that resumes the run, for errors; nil without a run.
    package func check(
        of program: String, epochs: Int?, path: String, resume: String?
    ) throws(ReceiptError) {
        guard self.program == program else {
            throw .otherProgram(path: path, expected: program, found: self.program)
        }
        guard trajectory == Trajectory.version else {
            throw .otherTrajectory(
                path: path, version: version, expected: Trajectory.version, found: trajectory)
        }
        guard !self.epochs.isEmpty else { throw .empty(path: path, resume: resume) }
        if let epochs, epochs > self.epochs.count {
            throw .tooFewEpochs(path: path, asked: epochs, found: self.epochs.count)
        }
    }

    /// Checks that data or models that were read have the content that the receipt names.
    ///
    /// - Parameters:
    ///   - found: The contents that were read.
    ///   - expected: The contents of the receipt.
    package static func check(_ found: [Content], in expected: [Content], path: String) throws {
        for content in found {
            guard let own = expected.first(where: { $0.role == content.role }) else {
                throw RunError.invalidFile(
                    path: path, reason: "expected a SHA-256 of \(content.role), found none")
            }
            guard own == content else {
                throw ReceiptError.otherContent(
                    path: path, role: own.role, expected: own.sha256, found: content.sha256,
                    option: ModelRole.option(own.role))
            }
        }
    }

    /// Checks that the receipt has no other data than those that were read.
    package func checkRoles(_ read: [Content], path: String) throws {
        let roles = Set(read.map(\.role))
        guard let other = data.first(where: { !roles.contains($0.role) }) else { return }
        throw RunError.invalidFile(
            path: path, reason: "expected data that the training reads, found \(other.role.quoted)")
    }
}

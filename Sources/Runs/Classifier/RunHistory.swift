import Platform
import Training

/// The part of a run's `config.json` that says with which versions and options its steps were trained.
struct RunHistory {
    /// The version of the program that began or resumed the run; nil if the file does not say it.
    let version: String?
    /// The steps after which the run was resumed by another version, or with options that lead to other weights, in increasing
    /// order.
    let changes: [Int]

    private struct File: Decodable {
        struct Environment: Decodable { let packageVersion: String? }

        let environment: Environment?
        let changedAfterSteps: [Int]?
    }

    /// Reads the file. A damaged file says nothing.
    init(of run: RunDirectory) {
        let file: File? = try? RunFile.read(from: run.configuration)
        version = file?.environment?.packageVersion
        changes = (file?.changedAfterSteps ?? []).sorted()
    }
}

extension ClassifierOptions {
    /// Returns the steps after which a run was resumed by another version, or with options that lead to other weights, also
    /// now; nil for none.
    ///
    /// - Parameters:
    ///   - checkpoint: The checkpoint that is resumed; nil for a training from its beginning.
    ///   - run: The run, with the `config.json` of its last start.
    package func changes(from checkpoint: Checkpoint?, of run: RunDirectory) -> [Int]? {
        guard let checkpoint, checkpoint.stepCount > 0 else { return nil }
        let history = RunHistory(of: run)
        var steps = history.changes.filter { $0 < checkpoint.stepCount }
        let former = try? checkpoint.options(on: self, in: run)
        let isSame = former.map { leadsToSameWeights(as: $0) } ?? true
        if !isSame || history.version.map({ $0 != PackageVersion.current }) ?? false {
            steps.append(checkpoint.stepCount)
        }
        return steps.isEmpty ? nil : steps
    }

    /// Whether each step leads to the same weights with other options. Options that only end the training do not count.
    private func leadsToSameWeights(as others: Self) -> Bool {
        var others = others
        others.earlyStopping = self.earlyStopping
        switch self.chosenSchedule {
        case .cosine, .oneCycle: break
        default: others.epochs = self.epochs
        }
        return trainsSameWeights(as: others)
    }
}

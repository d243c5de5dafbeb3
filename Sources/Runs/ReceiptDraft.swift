import Platform
import Training

/// The part of a receipt that is known before the first step of a training. The run has it from the beginning, so that a
/// resume after any end knows the options of the earlier steps.
package struct ReceiptDraft: Sendable {
    private var receipt: Receipt
    private var testData: [Receipt.Content] = []

    /// Creates the draft of a new run, or of one that is resumed from a checkpoint.
    ///
    /// - Parameters:
    ///   - options: All options.
    ///   - models: The other models that are read.
    ///   - data: The training data.
    ///   - step: The step of the checkpoint; 0 for the beginning.
    ///   - run: The run, whose receipt has the earlier options.
    /// - Returns: Nil if the earlier options are unknown, as in a run of an older version, or if earlier steps have another
    ///   trajectory. Such a run has no receipt.
    package init?(
        _ options: some TrainingOptions, models: [Receipt.Content], data: [Receipt.Content],
        from step: Int, of run: RunDirectory
    ) {
        let program = type(of: options).program.name
        let current = Receipt.Segment(firstStep: step, options: options.receiptOptions, models: models)
        var segments: [Receipt.Segment] = []
        if step > 0 {
            guard let former = try? Receipt.read(from: run.receipt), former.trajectory == Trajectory.version,
                former.program == program
            else { return nil }
            segments = former.segments.filter { $0.firstStep < step }
        }
        let last = segments.last
        if last?.options != current.options || last?.models != current.models { segments.append(current) }
        receipt = Receipt(program: program, segments: segments, data: data.sorted { $0.role < $1.role })
    }

    /// Adds the test set, which is read after training.
    package mutating func add(test: [Receipt.Content]) { testData = test }

    /// Writes the receipt of a training that begins.
    fileprivate func write(to run: RunDirectory) throws { try JSON.write(receipt.sealed, to: run.receipt) }

    /// Writes the receipt of a training that has ended, or removes it if an epoch has no digest.
    ///
    /// - Parameter summary: The run's summary, with the final scores if training is complete.
    package func write(to run: RunDirectory, ending summary: RunSummary) throws {
        let digests = try EpochDigests(of: run).epochs
        guard digests.count >= summary.epochs else { return try POSIX.discardFile(run.receipt) }
        var receipt = receipt
        receipt.epochs = digests.prefix(summary.epochs).map(\.sha256)
        if summary.state == .finished {
            (receipt.scoredEpoch, receipt.scores) = (summary.scoredEpoch, summary.scores)
            receipt.data = (receipt.data + testData).sorted { $0.role < $1.role }
        }
        try JSON.write(receipt.sealed, to: run.receipt)
    }
}

extension ReceiptDraft? {
    /// Writes the receipt of a training that begins; without a draft, removes the receipt of an earlier training.
    package func begin(in run: RunDirectory) throws {
        guard let self else { return try POSIX.discardFile(run.receipt) }
        try self.write(to: run)
    }
}

extension TrainingOptions {
    private static var receiptFields: [OptionField<Self>] { fields.filter(\.scope.isInReceipt) }

    /// The options of a receipt: those that decide the weights and the final scores, without those that have no effect. The
    /// path of another model is not among them.
    package var receiptOptions: [String: JSONValue] { effective.object(Self.receiptFields) }

    /// Returns the options with the values of a receipt; an option that the receipt does not have is not set.
    ///
    /// - Parameter path: The path of the receipt, for errors.
    /// - Throws: ``ReceiptError/invalidOptions(path:reason:)``
    package func with(receipt object: [String: JSONValue], _ path: String) throws(ReceiptError) -> Self {
        let known = Set(Self.receiptFields.map { $0.place[0] })
        if let key = object.keys.sorted().first(where: { !known.contains($0) }) {
            let fault = OptionFault(unknown: key.cut(atMost: 80), nearest: nil)
            throw .invalidOptions(path: path, reason: fault.description)
        }
        var options = self
        for field in Self.receiptFields { field.copy(&options, Self()) }
        do throws(OptionFault) {
            options = try options.setting(object, among: Self.receiptFields)
        } catch {
            throw .invalidOptions(path: path, reason: error.description)
        }
        if let complaint = options.complaint { throw .invalidOptions(path: path, reason: complaint) }
        let complete = options.receiptOptions
        guard complete == object else {
            let keys = Set(complete.keys).union(object.keys).sorted()
            let key = keys.first { complete[$0] != object[$0] } ?? ""
            throw .invalidOptions(
                path: path,
                reason: "\(key.quoted): expected \((complete[key] ?? .null).excerpt), found "
                    + "\((object[key] ?? .null).excerpt)")
        }
        return options
    }
}

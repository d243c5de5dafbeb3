import Platform
import TensorBoard
import Training

/// A run's log for TensorBoard: files named `events.out.tfevents.000001` and so on. TensorBoard reads them in the order
/// of their names.
///
/// A resume that must truncate or remove a file continues in a new file. A running TensorBoard that has read beyond the
/// place of the truncation would not see anything that is appended to the same file.
final class EventLog {
    private let file: RecordFile
    private let countBefore: Int
    private static let prefix = "events.out.tfevents."

    /// The number of records so far, without the first record of each file.
    var count: Int { countBefore + file.count }

    /// Creates the first file and removes all existing files.
    init(creating run: RunDirectory) throws(FileError) {
        for name in try Self.names(in: run) { try POSIX.discardFile(FilePath.join(run.path, name)) }
        countBefore = 0
        file = try Self.file(1, in: run)
    }

    /// Continues after a cut; the records after it are removed.
    init(continuing run: RunDirectory, at cut: Cut) throws {
        for path in cut.surplus { try POSIX.discardFile(path) }
        let last = try RecordFile(continuing: cut.file)
        if cut.isEnd {
            countBefore = cut.count - cut.file.count
            file = last
        } else {
            countBefore = cut.count
            file = try Self.file(cut.number + 1, in: run)
        }
    }

    /// The place at which a number of records ends. Finding it changes nothing.
    struct Cut {
        /// The number of records.
        let count: Int
        /// The end of the last of these records, in its file.
        let file: RecordFile.Cut
        /// The names of later files.
        let surplus: [String]
        /// The highest number of all files.
        let number: Int

        /// Whether there is nothing after the cut.
        var isEnd: Bool { file.isEnd && surplus.isEmpty }

        /// - Throws: ``FileError``; ``RunError/incompleteLog(path:expected:)`` if there are fewer records.
        init(ofRecords count: Int, in run: RunDirectory) throws {
            let names = try EventLog.names(in: run)
            var rest = count
            var last: RecordFile.Cut?
            var surplus: [String] = []
            for name in names {
                let path = FilePath.join(run.path, name)
                if let cut = last, rest == 0 || !cut.isEnd {
                    surplus.append(path)
                    continue
                }
                let content = try RecordFile.content(of: path)
                let kept = min(rest, EventLog.wholeRecords(content))
                last = try .ofLog(path, content, count: kept) { try? EventLog.end(ofRecords: $1, in: $0) }
                rest -= kept
            }
            guard rest == 0, let last else {
                throw RunError.incompleteLog(
                    path: FilePath.join(run.path, names.last ?? EventLog.name(1)), expected: count)
            }
            self.count = count
            file = last
            self.surplus = surplus
            number = names.compactMap(EventLog.number).max() ?? 0
        }
    }

    private static func file(_ number: Int, in run: RunDirectory) throws(FileError) -> RecordFile {
        try RecordFile(
            creating: FilePath.join(run.path, name(number)),
            head: EventRecord.fileVersion(wallTime: POSIX.wallSeconds()))
    }

    private static func name(_ number: Int) -> String { prefix + number.padded(to: 6) }

    private static func number(_ name: String) -> Int? {
        name.hasPrefix(prefix) ? Int(name.dropFirst(prefix.count)) : nil
    }

    /// Returns the names of the files, in the order in which they were created.
    private static func names(in run: RunDirectory) throws(FileError) -> [String] {
        try POSIX.names(in: run.path).compactMap { name in number(name).map { ($0, name) } }
            .sorted { $0.0 < $1.0 }.map(\.1)
    }

    /// Returns the number of undamaged records after the first.
    private static func wholeRecords(_ content: [UInt8]) -> Int {
        var scanner = RecordScanner(content)
        while (try? scanner.next()) ?? nil != nil {}
        return max(0, scanner.count - 1)
    }

    /// Returns the offset at which a number of records after the first ends.
    private static func end(ofRecords count: Int, in content: [UInt8]) throws -> Int {
        content.isEmpty ? 0 : try RecordScanner.end(ofFirst: count + 1, in: content)
    }

    func append(_ values: [SummaryValue], step: Int) throws(FileError) {
        try file.append(EventRecord.values(values, step: step, wallTime: POSIX.wallSeconds()))
    }

    func synchronize() throws(FileError) { try file.synchronize() }
}

extension EventLog {
    /// Returns a histogram of each parameter of a trainer's model.
    static func histograms(of trainer: Trainer) -> [SummaryValue] {
        withExtendedLifetime(trainer) {
            trainer.namedParameters.map { name, values in
                .histogram(tag: "weights/\(name)", Histogram(values))
            }
        }
    }
}

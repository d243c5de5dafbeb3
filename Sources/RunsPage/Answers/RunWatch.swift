import Platform
import Runs

/// A run that a page shows. It returns the events of what changed since the last look.
struct RunWatch: Sendable {
    private let id: RunID
    private var run: RunDirectory?
    private var stamp: RunDetailStamp?
    private var details = ""
    private var detailsAt = -Double.infinity
    private var isGone = false
    private var records = WatchedLines()
    private var log = WatchedLines()

    /// The time between two reads of the details of a running run, in seconds.
    private static let detailInterval = 2.0
    private static let logLines = 200
    private static let largestLog = 256 << 10
    private static let longestLine = 10_000
    /// The number of records and lines in one event.
    private static let piece = 4000

    init(_ id: RunID) { self.id = id }

    /// Looks at the run's files. An unreadable run is no error: it may be whole at the next look.
    ///
    /// - Parameter root: The directory of the runs.
    mutating func look(in root: String) -> [[UInt8]] {
        guard let run = try? id.run(in: root) else {
            defer { self = RunWatch(id, isGone: true) }
            return isGone ? [] : [removal]
        }
        isGone = false
        self.run = run
        let files = RunFiles(run)
        records.look { former throws(FileError) in
            guard let former else {
                return try files.tail(
                    of: run.records, bytes: RunsPage.largestRecords, lines: RunsPage.mostRecords)
            }
            return try files.tail(of: run.records, after: former, bytes: RunsPage.largestRecords)
        } isCurrent: {
            FileStamp(run.records) == $0
        }
        log.look { former throws(FileError) in
            guard let former else {
                return try files.tail(of: run.log, bytes: Self.largestLog, lines: Self.logLines)
            }
            return try files.tail(of: run.log, after: former, bytes: Self.largestLog)
        } isCurrent: {
            FileStamp(run.log) == $0
        }
        return changedDetails(run)
    }

    private init(_ id: RunID, isGone: Bool) {
        self.id = id
        self.isGone = isGone
    }

    private var removal: [UInt8] {
        var json = JSONText()
        json.add("runs", json: "[]")
        json.add("removed", [id.description])
        return EventText.event("runs", json.text)
    }

    private mutating func changedDetails(_ run: RunDirectory) -> [[UInt8]] {
        let stamp = RunDetailStamp(run)
        let now = POSIX.monotonicSeconds()
        let isDue = self.stamp?.isRunning != stamp.isRunning || now - detailsAt >= Self.detailInterval
        guard stamp != self.stamp, isDue, let (whole, details) = try? RunsPage.details(run, id: id) else {
            return []
        }
        (self.stamp, detailsAt) = (stamp, now)
        guard details != self.details else { return [] }
        self.details = details
        return [EventText.event("run", whole)]
    }

    /// Returns the next events of records and lines that were read; none if all were sent.
    mutating func pieces() -> [[UInt8]] {
        let id = id.description
        if let (from, lines, isCut) = records.next(Self.piece, filter: { JSON.isObject($0) }) {
            var json = JSONText()
            json.add("id", id)
            json.add("from", from)
            json.add("cut", isCut)
            json.add("records", json: JSONText.array(lines.map { Self.oneLine($0) }))
            return [EventText.event("records", json.text)]
        }
        if let (from, lines, isCut) = log.next(Self.piece, filter: { _ in true }) {
            var json = JSONText()
            json.add("id", id)
            json.add("from", from)
            json.add("cut", isCut)
            json.add("lines", lines.map { String(decoding: $0, as: UTF8.self).cut(atMost: Self.longestLine) })
            return [EventText.event("log", json.text)]
        }
        return []
    }

    /// Returns JSON without line ends, which may stand between its values.
    private static func oneLine(_ json: ArraySlice<UInt8>) -> String {
        String(decoding: json.map { $0 == 0x0D ? 0x20 : $0 }, as: UTF8.self)
    }
}

/// The lines of a file that grows, of which some were sent.
private struct WatchedLines: Sendable {
    private var tail: RunFiles.Tail?
    /// The lines that were read and not sent.
    private var lines: ArraySlice<ArraySlice<UInt8>> = []
    /// The number of lines that were sent.
    private var sent = 0
    private var isCut = false
    /// Whether the page must be told to forget what it has.
    private var isNew = true

    /// Reads what was added to the file.
    ///
    /// - Parameters:
    ///   - read: Reads the file from its end, or after a former tail; nil if the file was replaced.
    ///   - isCurrent: Returns whether the file still has a stamp.
    mutating func look(
        _ read: (_ former: RunFiles.Tail?) throws(FileError) -> RunFiles.Tail?, isCurrent: (FileStamp) -> Bool
    ) {
        // The file is not read further while lines of it wait.
        guard lines.isEmpty else { return }
        do throws(FileError) {
            if let tail {
                if tail.isAtEnd, isCurrent(tail.stamp) { return }
                if let next = try read(tail) {
                    lines = next.lines[...]
                    self.tail = next.withoutLines
                    return
                }
            }
            guard let first = try read(nil) else { return }
            (sent, isNew, isCut) = (0, true, first.isCut)
            lines = first.lines[...]
            tail = first.withoutLines
        } catch {
            guard error.isMissing, tail != nil else { return }
            self = WatchedLines()
        }
    }

    /// Returns the next lines to send, with the number of lines before them; nil if there are none.
    mutating func next(
        _ count: Int, filter: (ArraySlice<UInt8>) -> Bool
    ) -> (from: Int, lines: [ArraySlice<UInt8>], isCut: Bool)? {
        guard !lines.isEmpty || isNew else { return nil }
        let chosen = lines.prefix(count).filter(filter)
        lines = lines.dropFirst(count)
        let from = sent
        if chosen.isEmpty, !isNew { return next(count, filter: filter) }
        isNew = false
        sent += chosen.count
        return (from, chosen, isCut)
    }
}

import Dispatch
import Platform
import Runs
import Synchronization

/// The list of the runs in a directory, which is kept in memory. A run is read again only when its files change, and only
/// while the page asks.
///
/// Reading 5,000 runs takes seconds. Therefore the list is read in three steps: the names, what the summaries say, and
/// everything. A caller does not wait for all of them.
final class RunIndex: Sendable {
    let root: String
    private let content = Mutex(Content())
    /// The queue that reads the files; one update at a time.
    private let queue = DispatchQueue(label: "runs-page.index")
    private let work = Mutex(Work())

    /// An entry of the list.
    private struct Entry {
        var item: RunItem?
        var stamp: RunStamp?
        /// Whether everything was read, and not only the summary.
        var isComplete = false
        /// The number of the latest change.
        var revision = 0
    }

    private struct Content {
        var entries: [String: Entry] = [:]
        /// The runs that each update checks: the running ones, and the runs of which only the summary was read.
        var active: Set<String> = []
        var sweeps: [SweepItem] = []
        /// The number of the latest change of the sweeps.
        var sweepRevision = 0
        /// The revisions in which runs were removed.
        var removed: [String: Int] = [:]
        var revision = 0
        /// Whether all runs were read since the start.
        var isComplete = false
        /// The problem of an unreadable directory; nil if there is none.
        var problem: String?
    }

    /// The state that only the queue uses.
    private struct Work {
        var names: [String] = []
        var rootStamp: FileStamp?
        /// Directories that are not runs yet.
        var candidates: Set<String> = []
        /// The place in the names at which the next check of runs that are not running goes on.
        var place = 0
        /// The directories of runs when they were looked at last.
        var directories: [String: FileStamp] = [:]
        /// The place in the names at which the next look at directories goes on, and the time of the last one.
        var directoryPlace = 0
        var directoriesAt = -Double.infinity
        var sweepStamps: [String: SweepStamp] = [:]
        var lastUpdate = -Double.infinity
        var listedAt = -Double.infinity
    }

    init(root: String) { self.root = root }

    // MARK: Reading the list

    /// The changes after a revision.
    struct Changes: Sendable {
        /// The runs as JSON, in the order of their names.
        var runs: [String] = []
        var removed: [String] = []
        /// The sweeps as JSON; nil if they did not change.
        var sweeps: [String]?
        var isComplete = false
        var problem: String?
        var revision = 0

        var isEmpty: Bool { runs.isEmpty && removed.isEmpty && sweeps == nil }
    }

    /// Returns the changes after a revision; everything after the revision -1.
    func changes(after revision: Int) -> Changes {
        content.withLock { content in
            var changes = Changes()
            changes.isComplete = content.isComplete
            changes.problem = content.problem
            changes.revision = content.revision
            if revision == content.revision { return changes }
            changes.runs = content.entries.filter { $0.value.revision > revision }.sorted { $0.key < $1.key }
                .compactMap { $0.value.item?.json }
            if revision >= 0 {
                changes.removed = content.removed.filter { $0.value > revision }.map(\.key).sorted()
            }
            if content.sweepRevision > revision { changes.sweeps = content.sweeps.map(\.json) }
            return changes
        }
    }

    /// Brings the list up to date.
    ///
    /// - Parameter seconds: The maximum time to wait; the update goes on after it.
    func update(waiting seconds: Double) {
        let done = DispatchSemaphore(value: 0)
        let asked = POSIX.monotonicSeconds()
        queue.async { [self] in
            let isNeeded = work.withLock { work in work.lastUpdate < asked }
            if isNeeded { update() }
            done.signal()
        }
        _ = done.wait(timeout: .now() + seconds)
    }

    /// Reads a run of the list again, after the page changed it.
    ///
    /// - Returns: The run as JSON; nil if there is none.
    @discardableResult
    func reload(_ id: RunID) -> String? {
        guard let run = try? id.directory(in: root), run.hasRun else {
            remove([id.description])
            return nil
        }
        let stamp = RunStamp(run)
        let item = RunItem(run, id: id.description)
        if !id.isInSweep { set(id.description, item, stamp, isComplete: true) }
        return item.json
    }

    // MARK: Updating

    /// The number of runs that each update checks although nothing says that they changed: a file that was changed in place.
    private static let checksEachUpdate = 50
    /// The time in seconds in which the directory of each run is looked at. A training that begins or is resumed replaces
    /// files in it.
    private static let directoryRound = 3.0
    /// The number of runs that are read between two publications.
    private static let piece = 128
    /// The age in seconds from which a time of modification is trusted: a later change has another time.
    private static let settled = 2.0

    private func update() {
        let started = POSIX.monotonicSeconds()
        defer { work.withLock { $0.lastUpdate = started } }
        updateNames()
        updateSweeps()
        let isFirst = content.withLock { !$0.isComplete }
        if isFirst { readQuickly() }
        readChanged(all: isFirst)
        if isFirst { content.withLock { $0.isComplete = true } }
    }

    /// Lists the directory if it changed.
    private func updateNames() {
        let stamp = FileStamp(root)
        let now = POSIX.wallSeconds()
        let isCurrent = work.withLock { work in
            work.rootStamp == stamp && work.rootStamp != nil
                && now - Double(stamp?.seconds ?? 0) > Self.settled
        }
        if isCurrent { return }
        var names: [String] = []
        var problem: String?
        do throws(FileError) {
            names = try POSIX.names(in: root).filter { RunID.isName($0) && $0 != "sweeps" }
        } catch {
            if !error.isMissing { problem = "\(error)" }
        }
        let known = Set(work.withLock { $0.names })
        let listed = names.filter {
            known.contains($0) || (try? POSIX.kind(at: FilePath.join(root, $0))) == .directory
        }
        let candidates = listed.filter { !known.contains($0) }
        work.withLock { work in
            work.names = listed
            work.rootStamp = stamp
            work.candidates = work.candidates.union(candidates).intersection(listed)
        }
        content.withLock { $0.problem = problem }
        remove(known.subtracting(listed))
    }

    private func remove(_ ids: some Collection<String>) {
        guard !ids.isEmpty else { return }
        content.withLock { content in
            content.revision += 1
            for id in ids where content.entries.removeValue(forKey: id) != nil {
                content.removed[id] = content.revision
                content.active.remove(id)
            }
        }
    }

    private func set(_ id: String, _ item: RunItem, _ stamp: RunStamp?, isComplete: Bool) {
        content.withLock { content in
            var entry = content.entries[id] ?? Entry()
            if entry.item?.json != item.json {
                content.revision += 1
                entry.revision = content.revision
            }
            entry.item = item
            entry.stamp = stamp
            entry.isComplete = isComplete
            content.entries[id] = entry
            content.removed[id] = nil
            if item.state == .running || !isComplete {
                content.active.insert(id)
            } else {
                content.active.remove(id)
            }
        }
    }

    /// Reads the summaries of all runs, the newest first.
    private func readQuickly() {
        let names = Array(work.withLock { $0.names }.reversed())
        inPieces(names, of: 256) { name in
            let run = RunDirectory(path: FilePath.join(self.root, name))
            return run.hasRun ? RunItem(quick: run, id: name) : nil
        } store: { name, item in
            self.set(name, item, nil, isComplete: false)
        }
    }

    /// Reads the runs that may have changed: the running ones, new ones, and some of the others.
    private func readChanged(all: Bool) {
        let (names, candidates, place) = work.withLock { ($0.names, $0.candidates, $0.place) }
        let active = content.withLock { $0.active }
        var chosen = active.union(candidates).union(changedDirectories(names))
        if all || names.count <= Self.checksEachUpdate {
            chosen = Set(names)
        } else {
            for offset in 0..<Self.checksEachUpdate { chosen.insert(names[(place + offset) % names.count]) }
        }
        let next = names.isEmpty ? 0 : (place + Self.checksEachUpdate) % names.count
        work.withLock { $0.place = next }
        let sorted = chosen.sorted(by: >)
        let stamps = content.withLock { content in
            Dictionary(uniqueKeysWithValues: sorted.map { ($0, content.entries[$0]?.stamp) })
        }
        inPieces(sorted, of: Self.piece) { name -> (RunItem?, RunStamp?)? in
            let run = RunDirectory(path: FilePath.join(self.root, name))
            let stamp = RunStamp(run)
            if let former = stamps[name] ?? nil, former == stamp { return nil }
            guard run.hasRun else { return (nil, nil) }
            return (RunItem(run, id: name), stamp)
        } store: { name, found in
            guard let item = found.0 else {
                self.remove([name])
                self.work.withLock { _ = $0.candidates.insert(name) }
                return
            }
            self.set(name, item, found.1, isComplete: true)
            self.work.withLock { _ = $0.candidates.remove(name) }
        }
    }

    /// Returns runs whose directories changed since the last look, among as many as are due. Many pages do not look more
    /// often than one.
    private func changedDirectories(_ names: [String]) -> [String] {
        let now = POSIX.monotonicSeconds()
        let (place, elapsed, former) = work.withLock {
            ($0.directoryPlace, now - $0.directoriesAt, $0.directories)
        }
        let share = min(1, max(0, elapsed / Self.directoryRound))
        let count = Int((Double(names.count) * share).rounded(.up))
        var found: [String: FileStamp] = [:]
        for offset in 0..<count {
            let name = names[(place + offset) % names.count]
            found[name] = FileStamp(FilePath.join(root, name))
        }
        work.withLock { work in
            work.directoriesAt = now
            work.directoryPlace = names.isEmpty ? 0 : (place + count) % names.count
            work.directories.merge(found) { _, new in new }
            if work.directories.count > names.count {
                let listed = Set(names)
                work.directories = work.directories.filter { listed.contains($0.key) }
            }
        }
        return found.filter { name, stamp in former[name].map { $0 != stamp } ?? true }.map(\.key)
    }

    /// Reads runs on all cores and stores them piece by piece, so that a caller sees them before all are read.
    private func inPieces<Found: Sendable>(
        _ names: [String], of size: Int, _ read: @Sendable (String) -> Found?, store: (String, Found) -> Void
    ) {
        for start in stride(from: 0, to: names.count, by: size) {
            let piece = Array(names[start..<min(start + size, names.count)])
            let found = Mutex([Found?](repeating: nil, count: piece.count))
            if piece.count == 1 {
                found.withLock { $0[0] = read(piece[0]) }
            } else {
                DispatchQueue.concurrentPerform(iterations: piece.count) { index in
                    let value = read(piece[index])
                    found.withLock { $0[index] = value }
                }
            }
            for (name, value) in zip(piece, found.withLock { $0 }) {
                if let value { store(name, value) }
            }
        }
    }

    /// Reads the sweeps that changed.
    private func updateSweeps() {
        let directory = RunDirectory.sweeps(in: root)
        let names =
            (try? POSIX.kind(at: directory)) == .directory ? (try? POSIX.names(in: directory)) ?? [] : []
        let former = work.withLock { $0.sweepStamps }
        var stamps: [String: SweepStamp] = [:]
        var items = content.withLock { content in
            Dictionary(content.sweeps.map { ($0.name, $0) }) { first, _ in first }
        }
        for name in names where RunID.isName(name) {
            let path = FilePath.join(directory, name)
            guard let stamp = SweepStamp(path) else { continue }
            stamps[name] = stamp
            if former[name] != stamp { items[name] = SweepItem(path) }
        }
        let sweeps = stamps.keys.sorted().compactMap { items[$0] }
        work.withLock { $0.sweepStamps = stamps }
        content.withLock { content in
            guard sweeps.map(\.json) != content.sweeps.map(\.json) else { return }
            content.revision += 1
            content.sweepRevision = content.revision
            content.sweeps = sweeps
        }
    }
}

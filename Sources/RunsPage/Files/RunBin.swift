import Platform
import Runs

/// The bin of a directory of runs, `<root>/.bin`. A deleted run is moved to `<root>/.bin/<time>-<name>`, from where it can
/// be restored. The list of runs and the tools do not look into it.
struct RunBin {
    let root: String

    private static let name = ".bin"
    private static let latest = "latest"
    private var path: String { FilePath.join(root, Self.name) }

    /// Holds the lock of the directory of runs during work, as a process does that creates a run.
    func whileLocked(_ work: () throws -> Void) throws {
        let path = RunDirectory.lockFile(ofRoot: root)
        guard (try? POSIX.kind(at: root, followingLinks: true)) == .directory else {
            throw PageError(.notFound, .noRoot, ["root": root.printableLine])
        }
        guard let lock = try FileLock.wait(for: path, seconds: 2) else {
            throw PageError(.conflict, .creating, ["path": path.printableLine])
        }
        defer { withExtendedLifetime(lock) {} }
        try work()
    }

    // MARK: Changes, while the lock is held

    /// Moves a run to the bin.
    ///
    /// - Returns: The run's name in the bin.
    func delete(_ id: RunID) throws -> String {
        guard !id.isInSweep else {
            throw PageError(.conflict, .ofSweep, ["run": id.description.quotedInAnswer])
        }
        let run = try id.run(in: root)
        let lock: RunDirectory.Lock
        do {
            lock = try RunDirectory.Lock(run)
        } catch RunError.inUse {
            throw PageError(.conflict, .running, ["run": id.description.quotedInAnswer])
        }
        defer { withExtendedLifetime(lock) {} }
        let directory = try OpenDirectory(root)
        let bin = try open(creating: true)
        let base = "\(UTCTime(seconds: POSIX.wallSeconds()).compact)-\(run.name)"
        guard base.utf8.count <= 250 else {
            throw PageError(.conflict, .longName, ["run": id.description.quotedInAnswer])
        }
        let target = try freeName(base, in: bin)
        try directory.move(run.name, to: target, in: bin)
        try bin.synchronize()
        try repoint(directory)
        try directory.synchronize()
        return target
    }

    /// Moves a run from the bin to its place.
    func restore(_ text: String) throws -> RunID {
        let entry = try entry(text)
        let bin = try open(creating: false)
        guard try bin.kind(of: text) == .directory else { throw Self.missing(text) }
        let id = try RunID(entry.name)
        let directory = try OpenDirectory(root)
        guard try directory.kind(of: entry.name) == nil else {
            throw PageError(.conflict, .nameTaken, ["run": entry.name.quotedInAnswer])
        }
        try bin.move(text, to: entry.name, in: directory)
        try directory.synchronize()
        try repoint(directory, newest: entry.name)
        try bin.synchronize()
        return id
    }

    /// Removes a run in the bin with all its files. Symbolic links are removed, and not what they point to.
    func purge(_ text: String) throws {
        _ = try entry(text)
        let bin = try open(creating: false)
        guard try bin.kind(of: text) == .directory else { throw Self.missing(text) }
        try bin.removeTree(text)
        try bin.synchronize()
    }

    /// Makes the link `latest` point to the newest run if the run that it pointed to is gone, or if a newer one came
    /// back. Without a run there is no link. What is not such a link is left alone.
    private func repoint(_ directory: OpenDirectory, newest restored: String? = nil) throws {
        let kind = try directory.kind(of: Self.latest)
        guard kind == .symbolicLink || kind == nil && restored != nil else { return }
        let target = directory.target(ofLink: Self.latest)
        if let target, try directory.kind(of: target) == .directory {
            guard let restored, restored > target else { return }
        }
        let newest = try directory.names().filter { RunDirectory.parts(ofName: $0) != nil }.sorted(by: >)
            .first {
                (try? directory.kind(of: $0)) == .directory
                    && RunDirectory(path: FilePath.join(root, $0)).hasRun
            }
        if let newest {
            try directory.point(Self.latest, to: newest)
        } else {
            try directory.discard(Self.latest)
        }
    }

    // MARK: Entries

    struct Entry {
        let id: String
        /// The name of the run's directory.
        let name: String
        /// The time of the deletion: "2026-01-31T23:59:59Z".
        let deleted: String
        let bytes: Int
    }

    /// Returns the runs in the bin, the newest first. Without a bin there are none.
    func entries() throws -> [Entry] {
        let bin: OpenDirectory
        do {
            bin = try open(creating: false)
        } catch let error as PageError where error.status == .notFound {
            return []
        }
        var entries: [Entry] = []
        for id in try bin.names().reversed() where (try? bin.kind(of: id)) == .directory {
            guard let (name, deleted) = try? entry(id) else { continue }
            entries.append(
                Entry(
                    id: id, name: name, deleted: deleted, bytes: (try? bin.treeSize(id)) ?? 0))
        }
        return entries
    }

    /// Returns the name and the time that a name in the bin consists of.
    private func entry(_ id: String) throws(PageError) -> (name: String, deleted: String) {
        guard RunID.isName(id), let (_, name) = RunDirectory.parts(ofName: id), RunID.isName(String(name)),
            name != Self.latest, name != "sweeps", let time = RunRecord.time(ofName: id)
        else { throw Self.missing(id) }
        return (String(name), time)
    }

    private static func missing(_ id: String) -> PageError {
        PageError(.notFound, .notInBin, ["name": id.quotedInAnswer])
    }

    /// Returns a name that the bin does not have. If two runs of one name are deleted in one second, the second waits.
    private func freeName(_ base: String, in bin: OpenDirectory) throws -> String {
        guard try bin.kind(of: base) != nil else { return base }
        POSIX.sleep(seconds: 1.1)
        let time = UTCTime(seconds: POSIX.wallSeconds()).compact
        let name = time + base.dropFirst(time.count)
        guard try bin.kind(of: name) == nil else {
            throw PageError(.conflict, .binNameTaken, ["name": name.quotedInAnswer])
        }
        return name
    }

    private func open(creating: Bool) throws -> OpenDirectory {
        if creating, try POSIX.kind(at: path) == nil { try POSIX.makeDirectory(path) }
        do throws(FileError) {
            return try OpenDirectory(path, followsLink: false)
        } catch {
            if error.isMissing { throw PageError(.notFound, .emptyBin) }
            throw error
        }
    }
}

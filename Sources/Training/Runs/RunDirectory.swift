/// The directory of one training run, `<root>/<UTC time>-<name>`, and the names of what stands in it.
public struct RunDirectory: Hashable, Sendable {
    public let path: String

    /// Every option of the run and what it ran on, written before the first step.
    public var configuration: String { FilePath.join(path, "config.json") }
    /// One row an epoch.
    public var metrics: String { FilePath.join(path, "metrics.csv") }
    /// One JSON object an epoch and every so many steps.
    public var records: String { FilePath.join(path, "metrics.jsonl") }
    /// The final scores: every class and the worst mistakes.
    public var evaluation: String { FilePath.join(path, "evaluation.json") }
    public var curves: String { FilePath.join(path, "curves.svg") }
    public var confusion: String { FilePath.join(path, "confusion.svg") }
    public var mistakes: String { FilePath.join(path, "mistakes.png") }
    public var report: String { FilePath.join(path, "report.html") }
    /// What was printed.
    public var log: String { FilePath.join(path, "train.log") }
    public var summary: String { FilePath.join(path, "summary.json") }
    /// The checkpoint that the run learns of, a copy.
    public var teacher: String { FilePath.join(path, "teacher.safetensors") }
    public var checkpoints: String { FilePath.join(path, "checkpoints") }
    /// A symbolic link to the newest.
    public var lastCheckpoint: String { FilePath.join(checkpoints, "last.safetensors") }
    /// A symbolic link to that of the epoch of the lowest monitored loss.
    public var bestCheckpoint: String { FilePath.join(checkpoints, "best.safetensors") }

    /// Makes a directory that no other run has, however many start at the same moment, points
    /// `<root>/latest` to it, and holds its lock. Nothing that exists is removed or written to.
    ///
    /// - Parameters:
    ///   - root: created if missing.
    ///   - name: what to call the run; see ``validate(name:)``.
    ///   - holdsCheckpoints: whether to make a directory for them.
    ///   - time: seconds since 1970, for the directory's name; now if nil.
    /// - Throws: ``RunNameError``, or ``FileError`` naming what could not be made. If `<root>/latest` is
    ///   something other than a symbolic link, it is left alone and no run is made.
    public static func create(
        root: String = "runs", name: String, holdsCheckpoints: Bool = true, at time: Double? = nil
    ) throws -> RunDirectory.Lock {
        try validate(name: name)
        try makeDirectories(root)
        let rootDirectory = try OpenFile(root, .readingDirectory)
        // So that the newest directory is also the last to set the link. Making the directory is what
        // claims the name, with or without a lock.
        POSIX.lock(rootDirectory.descriptor)
        for name in try POSIX.names(in: root) where TemporaryName.isOne(name) {
            // Of a process that was killed: whoever makes one holds the lock.
            try POSIX.discardFile(FilePath.join(root, name))
        }
        let link = FilePath.join(root, "latest")
        if let kind = try POSIX.kind(at: link), kind != .symbolicLink {
            throw FileError(path: link, operation: .link, code: POSIX.taken)
        }

        let stamp = UTCTime(seconds: time ?? POSIX.wallSeconds()).compact
        let run = try claim("\(stamp)-\(name)", in: root)
        let lock = try Lock(run)
        if holdsCheckpoints { try POSIX.makeDirectory(run.checkpoints) }
        try OpenFile(run.path, .readingDirectory).synchronizeDirectory()
        try point(link, to: FilePath.name(of: run.path))
        try rootDirectory.synchronizeDirectory()
        return lock
    }

    /// A name is 1 to 100 ASCII letters, digits, `.`, `_` and `-`, the first a letter or a digit.
    public static func validate(name: String) throws(RunNameError) {
        guard name.utf8.count <= 100, isPlain(name: name) else { throw RunNameError(name: name) }
    }

    /// Whether it has the characters of a name: that of a run's directory, which begins with its time, is longer.
    static func isPlain(name: String) -> Bool {
        guard let first = name.utf8.first, isLetterOrDigit(first) else { return false }
        return name.utf8.allSatisfy { isLetterOrDigit($0) || "._-".utf8.contains($0) }
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }

    /// Makes the first of `name`, `name-2`, `name-3`… that does not exist.
    private static func claim(_ name: String, in root: String) throws(FileError) -> RunDirectory {
        var number = 1
        while true {
            let path = FilePath.join(root, number == 1 ? name : "\(name)-\(number)")
            do throws(FileError) {
                try POSIX.makeDirectory(path)
                return RunDirectory(path: path)
            } catch {
                guard error.code == POSIX.taken else { throw error }
                number += 1
            }
        }
    }

    static func point(_ link: String, to target: String) throws(FileError) {
        let temporary = try TemporaryName.claim(for: link) { name throws(FileError) in
            try POSIX.makeSymbolicLink(name, to: target)
            return name
        }
        do throws(FileError) {
            try POSIX.renameFile(temporary, to: link)
        } catch {
            POSIX.removeFile(temporary)
            throw error
        }
    }

    /// Makes `path` and what is missing above it.
    static func makeDirectories(_ path: String) throws(FileError) {
        do throws(FileError) {
            try makeDirectory(path)
        } catch {
            let parent = FilePath.directory(of: path)
            guard POSIX.meansMissing(error.code), parent != path else { throw error }
            try makeDirectories(parent)
            // Once: where directories cannot be made (/proc), it is missing still.
            try makeDirectory(path)
        }
    }

    /// Makes a directory that may exist, its name on the disk.
    private static func makeDirectory(_ path: String) throws(FileError) {
        do throws(FileError) {
            try POSIX.makeDirectory(path)
        } catch {
            guard error.code == POSIX.taken else { throw error }
        }
        // One that may be passed through and not read has no way to do so.
        guard let parent = try? OpenFile(FilePath.directory(of: path), .readingDirectory) else { return }
        try parent.synchronizeDirectory()
    }
}

/// A run's name that cannot be part of a directory's name on every system.
public struct RunNameError: Error, Hashable, Sendable, CustomStringConvertible {
    public let name: String

    public var description: String {
        "run name \(name.debugDescription): expected 1 to 100 letters, digits, '.', '_' and '-', "
            + "beginning with a letter or a digit"
    }
}

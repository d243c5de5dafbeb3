import Platform

/// The directory of one training run, `<root>/<UTC time>-<name>`, and the names of the files in it.
package struct RunDirectory: Hashable, Sendable {
    package let path: String

    package init(path: String) { self.path = path }

    /// The directory's name, which begins with its time.
    package var name: String { FilePath.name(of: path) }

    /// Every option of the run and its environment, written before the first step.
    package var configuration: String { FilePath.join(path, "config.json") }
    /// A table with one row per epoch.
    package var metrics: String { FilePath.join(path, "metrics.csv") }
    /// JSON objects, one per epoch and one per logging interval.
    package var records: String { FilePath.join(path, "metrics.jsonl") }
    /// The final evaluation: the scores of every class and the worst mistakes.
    package var evaluation: String { FilePath.join(path, "evaluation.json") }
    package var curves: String { FilePath.join(path, "curves.svg") }
    package var confusion: String { FilePath.join(path, "confusion.svg") }
    package var mistakes: String { FilePath.join(path, "mistakes.png") }
    package var report: String { FilePath.join(path, "report.html") }
    /// All printed lines.
    package var log: String { FilePath.join(path, "train.log") }
    package var summary: String { FilePath.join(path, "summary.json") }
    /// The options, data and digests by which the training can be repeated and compared; see ``Receipt``.
    package var receipt: String { FilePath.join(path, "receipt.json") }
    /// An empty file that is locked by the process that writes to the run.
    package var lock: String { FilePath.join(path, "lock") }
    /// A copy of the teacher's checkpoint, for knowledge distillation.
    package var teacher: String { FilePath.join(path, "teacher.safetensors") }
    /// Tags and a note of the user, which the page of the runs writes. A training does not read it.
    package var marks: String { FilePath.join(path, "marks.json") }
    package var checkpoints: String { FilePath.join(path, "checkpoints") }
    /// A symbolic link to the newest checkpoint.
    package var lastCheckpoint: String { FilePath.join(checkpoints, "last.safetensors") }
    /// A symbolic link to the checkpoint of the epoch with the lowest monitored loss.
    package var bestCheckpoint: String { FilePath.join(checkpoints, "best.safetensors") }

    /// Creates a new directory for a run, even if several runs start at the same moment, makes `<root>/latest` a link
    /// to it, and holds its lock. Existing files are neither removed nor written to.
    ///
    /// - Parameters:
    ///   - root: The directory of runs, created if missing.
    ///   - name: The name of the run; see ``validate(name:)``.
    ///   - holdsCheckpoints: Whether to create a directory for checkpoints.
    ///   - time: Seconds since 1970, for the directory's name; now if nil.
    /// - Throws: ``RunNameError``, or ``FileError`` with the path that could not be created. If `<root>/latest` is not
    ///   a symbolic link, it is left alone and no run is created.
    package static func create(
        root: String = defaultRoot, name: String, holdsCheckpoints: Bool = true, at time: Double? = nil
    ) throws -> RunDirectory.Lock {
        try validate(name: name)
        try Directory.make(root)
        let rootDirectory = try OpenDirectory(root)
        // The lock ensures that the link points to the newest directory.
        let rootLock = try lock(root: root)
        defer { withExtendedLifetime(rootLock) {} }
        let latest = "latest"
        for name in try rootDirectory.names() where TemporaryName.isOne(name, for: latest) {
            // Such a link was left by a killed process: only processes that hold the lock create one. All other files
            // in the root are the user's.
            if try rootDirectory.kind(of: name) == .symbolicLink { try rootDirectory.discard(name) }
        }
        if let kind = try rootDirectory.kind(of: latest), kind != .symbolicLink {
            throw FileError(path: FilePath.join(root, latest), operation: .link, code: POSIX.taken)
        }

        let stamp = UTCTime(seconds: time ?? POSIX.wallSeconds()).compact
        let run = try claim("\(stamp)-\(name)", in: root)
        let lock = try Lock(run)
        if holdsCheckpoints { try POSIX.makeDirectory(run.checkpoints) }
        try OpenDirectory(run.path).synchronize()
        try rootDirectory.point(latest, to: FilePath.name(of: run.path))
        try rootDirectory.synchronize()
        return lock
    }

    /// Takes the lock that a process holds while it creates a run.
    private static func lock(root: String) throws -> FileLock {
        let path = lockFile(ofRoot: root)
        guard let lock = try FileLock.wait(for: path) else { throw RunError.rootInUse(lock: path) }
        return lock
    }

    /// Returns the path of the file in the directory of runs that is locked while a run is created.
    package static func lockFile(ofRoot root: String) -> String { FilePath.join(root, ".runs.lock") }

    /// Checks a name. It must have 1 to 100 letters and digits of any script, `.`, `_` and `-`, in at most 200 bytes of
    /// UTF-8, and begin with a letter or a digit.
    package static func validate(name: String) throws(RunNameError) {
        // With the time before the name and a number after it, a directory's name fits into 255 bytes.
        guard name.utf8.count <= 200, name.count <= 100, isPlain(name: name) else {
            throw RunNameError(name: name)
        }
    }

    /// Returns the parts of a directory's name, `<time>-<name>`: "20260131-235959", and the run's name, followed by
    /// `-2` and so on if another run of the same second has that name. Nil for a name of another form.
    package static func parts(ofName name: String) -> (time: Substring, name: Substring)? {
        let bytes = name.utf8
        // A 0 in the pattern means any digit.
        let pattern = "00000000-000000-".utf8
        let isTime = zip(bytes, pattern).allSatisfy { byte, expected in
            expected == UInt8(ascii: "0")
                ? (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) : byte == expected
        }
        guard bytes.count > pattern.count, isTime else { return nil }
        let end = bytes.index(bytes.startIndex, offsetBy: pattern.count - 1)
        return (name[..<end], name[bytes.index(after: end)...])
    }

    /// Returns whether a text consists of the characters of a name. The name of a run's directory begins with its time
    /// and may be longer.
    package static func isPlain(name: String) -> Bool {
        guard let first = name.unicodeScalars.first, first.isLetterOrDigit else { return false }
        return name.unicodeScalars.allSatisfy {
            $0.isLetterOrDigit || $0.isMark || "._-".unicodeScalars.contains($0)
        }
    }

    /// Creates the first directory of `name`, `name-2`, `name-3`… that does not exist.
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
}

extension Unicode.Scalar {
    fileprivate var isLetterOrDigit: Bool {
        switch properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter,
            .decimalNumber:
            true
        default: false
        }
    }

    /// Whether the character is a combining accent or vowel sign, as in decomposed Korean and in Indian scripts.
    fileprivate var isMark: Bool {
        switch properties.generalCategory {
        case .nonspacingMark, .spacingMark: true
        default: false
        }
    }
}

/// The error that a run's name cannot be part of a directory's name on every system.
package struct RunNameError: ReportedError, Hashable {
    package let name: String

    package var description: String {
        "run name \(name.debugDescription): expected 1 to 100 letters and digits of any script, '.', '_' and '-', in "
            + "at most 200 bytes of UTF-8, beginning with a letter or a digit"
    }

    package var exitStatus: ExitStatus { .usage }
}

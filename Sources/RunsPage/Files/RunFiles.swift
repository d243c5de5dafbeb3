import Platform
import Runs

/// The files of a run, opened through its directory. Symbolic links are not followed, and only regular files are read.
struct RunFiles: Sendable {
    let run: RunDirectory

    init(_ run: RunDirectory) { self.run = run }

    /// The pictures that runs have. No other file is sent as one.
    static let pictureNames = ["curves.svg", "confusion.svg", "mistakes.png", "forecast.svg", "loss.svg"]

    private func directory() throws(FileError) -> OpenDirectory {
        try OpenDirectory(run.path, followsLink: false)
    }

    private func isRegular(_ name: String) -> Bool {
        FileStamp(FilePath.join(run.path, name))?.kind == .regular
    }

    var pictures: [String] { Self.pictureNames.filter(isRegular) }

    var hasReport: Bool { isRegular(FilePath.name(of: run.report)) }

    /// Reads a whole file of the run.
    ///
    /// - Parameters:
    ///   - name: The name in the run's directory.
    ///   - limit: The maximum size in bytes.
    /// - Throws: ``FileError``; ``PageError`` for a larger file.
    func content(of name: String, atMost limit: Int) throws -> [UInt8] {
        let file = try directory().open(name, .reading)
        let size = try file.status().size
        guard size <= limit else {
            throw PageError(
                .failed, .tooLarge,
                ["path": file.path.printableLine, "limit": "\(limit)", "found": "\(size)"])
        }
        return try file.read(size)
    }

    /// The last lines of a file.
    struct Tail {
        /// The complete lines, without their line ends.
        var lines: [ArraySlice<UInt8>] = []
        /// Whether lines before them are left out.
        var isCut = false
        /// The offset after the last complete line.
        var end = 0
        let stamp: FileStamp
        /// Whether the file was read to its end.
        var isAtEnd = true
        /// The bytes before ``end``, at most 64, by which a file that was replaced is noticed.
        var mark: [UInt8] = []

        var withoutLines: Tail {
            var tail = self
            tail.lines = []
            return tail
        }
    }

    /// Reads the last complete lines of a file.
    ///
    /// - Parameters:
    ///   - path: The path of a file of the run.
    ///   - limit: The maximum number of bytes to read.
    ///   - count: The maximum number of lines.
    func tail(of path: String, bytes limit: Int, lines count: Int = .max) throws(FileError) -> Tail {
        let file = try directory().open(FilePath.name(of: path), .reading)
        let stamp = try FileStamp(file)
        let start = max(0, stamp.size - limit)
        var tail = Tail(stamp: stamp)
        let bytes = try Self.read(file, from: start, to: stamp.size)
        guard let last = bytes.lastIndex(of: Self.lineEnd) else {
            tail.isCut = start > 0
            tail.end = start
            return tail
        }
        // The first line may have begun before the bytes that were read.
        let first = start == 0 ? 0 : (bytes.firstIndex(of: Self.lineEnd) ?? last) + 1
        let whole = first <= last ? bytes[first..<last] : []
        tail.lines =
            first <= last ? whole.split(separator: Self.lineEnd, omittingEmptySubsequences: false) : []
        tail.isCut = start > 0 || tail.lines.count > count
        if tail.lines.count > count { tail.lines.removeFirst(tail.lines.count - count) }
        tail.end = start + last + 1
        tail.mark = Array(bytes[...last].suffix(Self.markSize))
        return tail
    }

    /// Reads the complete lines after another tail.
    ///
    /// - Returns: The new lines; nil if the file was replaced, or cut and continued.
    func tail(of path: String, after former: Tail, bytes limit: Int) throws(FileError) -> Tail? {
        let file = try directory().open(FilePath.name(of: path), .reading)
        let stamp = try FileStamp(file)
        guard stamp.isSameFile(as: former.stamp), stamp.size >= former.end else { return nil }
        let start = former.end - former.mark.count
        // The rest of a longer text is read the next time.
        let bytes = try Self.read(file, from: start, to: min(stamp.size, former.end + limit))
        guard bytes.starts(with: former.mark) else { return nil }
        var tail = Tail(stamp: stamp, isAtEnd: former.end + limit >= stamp.size)
        let added = bytes[former.mark.count...]
        guard let last = added.lastIndex(of: Self.lineEnd) else {
            // A line longer than the limit is left out.
            let isTooLong = added.count >= limit
            (tail.end, tail.mark) =
                isTooLong
                ? (start + bytes.count, Array(bytes.suffix(Self.markSize))) : (former.end, former.mark)
            return tail
        }
        tail.lines = added[..<last].split(separator: Self.lineEnd, omittingEmptySubsequences: false)
        tail.end = start + last + 1
        tail.mark = Array(bytes[...last].suffix(Self.markSize))
        return tail
    }

    private static let lineEnd = UInt8(ascii: "\n")
    private static let markSize = 64

    /// Reads the bytes in a range of a file; fewer at its end.
    private static func read(_ file: OpenFile, from start: Int, to end: Int) throws(FileError) -> [UInt8] {
        var failure: FileError?
        guard end > start else { return [] }
        let bytes = [UInt8](unsafeUninitializedCapacity: end - start) { buffer, filled in
            do throws(FileError) {
                filled = try file.read(into: UnsafeMutableRawBufferPointer(buffer), at: start)
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        return bytes
    }
}

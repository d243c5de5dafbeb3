/// A log that grows by whole records and can be cut back to a number of them.
///
/// Records that could not be written (a full disk) are kept and written before the next one, so that nothing is
/// missing in between; until then ``synchronize()`` fails. After a failed `fsync` the system may have dropped what
/// was to be written, without saying so again: then everything since the last good one is written anew.
package final class RecordFile {
    private let file: OpenFile
    /// The size of what is known to have reached the disk, and the bytes that follow.
    private var safeSize: Int
    private var unsafe: [UInt8] = []
    /// How many of these are in the file.
    private var writtenCount = 0
    /// Records so far, those that are still to be written included.
    package private(set) var count = 0

    package var path: String { file.path }

    /// Creates a file, which must not exist, that begins with `head`.
    package init(creating path: String, head: [UInt8] = []) throws(FileError) {
        file = try OpenFile(path, .creatingForAppending)
        safeSize = 0
        unsafe = head
        try write()
    }

    /// Where a file is continued: after a number of records. Finding it changes nothing.
    package struct Cut: Sendable {
        package let path: String
        /// The number of records that are kept.
        package let count: Int
        /// Their size in bytes, and that of the file.
        let size: Int
        let fileSize: Int

        /// Whether nothing follows the records.
        package var isEnd: Bool { size == fileSize }

        /// - Parameters:
        ///   - path: The file's.
        ///   - content: All of the file.
        ///   - count: The number of records to keep.
        ///   - end: Where in the content a number of records ends; nil if it has fewer.
        /// - Throws: ``FormatError`` if the file has fewer records.
        package init(
            path: String, content: [UInt8], count: Int, end: (_ content: [UInt8], _ count: Int) -> Int?
        ) throws(FormatError) {
            guard let size = end(content, count) else {
                throw FormatError(path: path, reason: "expected at least \(count) records, found fewer")
            }
            self.path = path
            self.count = count
            self.size = size
            fileSize = content.count
        }
    }

    /// Continues a file; the records after the cut are removed.
    package init(continuing cut: Cut) throws(FileError) {
        file = try OpenFile(cut.path, .continuing)
        safeSize = cut.size
        if !cut.isEnd { try POSIX.truncate(file.descriptor, to: cut.size, path: cut.path) }
        count = cut.count
    }

    /// - Parameters:
    ///   - mode: `readingInput` for a file that a user names.
    ///   - limit: The number of bytes after which the rest is not read.
    package static func content(
        of path: String, _ mode: POSIX.OpenMode = .reading, atMost limit: Int = .max
    ) throws(FileError) -> [UInt8] {
        let file = try OpenFile(path, mode)
        return try file.read(min(file.status().size, limit))
    }

    package func append(_ record: [UInt8]) throws(FileError) {
        unsafe += record
        count += 1
        try write()
    }

    /// Returns when all records have reached the disk.
    package func synchronize() throws(FileError) {
        try write()
        do throws(FileError) {
            try file.synchronize()
        } catch {
            try? POSIX.truncate(file.descriptor, to: safeSize, path: path)
            if try file.status().size == safeSize { writtenCount = 0 }
            // At once, as this may have been the last time; readers miss nothing either.
            try? write()
            throw error
        }
        safeSize += unsafe.count
        unsafe.removeAll(keepingCapacity: true)
        writtenCount = 0
    }

    private func write() throws(FileError) {
        guard writtenCount < unsafe.count else { return }
        try file.appendWhole(Array(unsafe[writtenCount...]))
        writtenCount = unsafe.count
    }
}

extension RecordFile {
    /// Where the first `count` lines of a text end; nil if it has fewer.
    package static func end(ofLines count: Int, in content: [UInt8]) -> Int? {
        var lines = 0
        var index = 0
        while lines < count {
            guard index < content.count else { return nil }
            if content[index] == UInt8(ascii: "\n") { lines += 1 }
            index += 1
        }
        return index
    }
}

/// A log file that grows by whole records and can be truncated to a number of records.
///
/// Records that could not be written (full disk) are kept and written before the next one, so that none is missing;
/// until then ``synchronize()`` fails. After a failed `fsync` the system may have dropped data without reporting it
/// again. Therefore everything after the last successful `fsync` is written again.
package final class RecordFile {
    private let file: OpenFile
    /// The size of the part that is known to be on the disk, and the bytes after it.
    private var safeSize: Int
    private var unsafe: [UInt8] = []
    /// The number of bytes of `unsafe` that are in the file.
    private var writtenCount = 0
    /// The number of records, including those not yet written.
    package private(set) var count = 0

    package var path: String { file.path }

    /// Creates a file that begins with `head`. The file must not exist.
    package init(creating path: String, head: [UInt8] = []) throws(FileError) {
        file = try OpenFile(path, .creatingForAppending)
        safeSize = 0
        unsafe = head
        try write()
    }

    /// The place at which a file is continued: after a number of records. Finding this place changes nothing.
    package struct Cut: Sendable {
        package let path: String
        /// The number of records that are kept.
        package let count: Int
        /// The size of these records in bytes, and the size of the file.
        let size: Int
        let fileSize: Int

        /// Whether there is nothing after the records.
        package var isEnd: Bool { size == fileSize }

        /// - Parameters:
        ///   - path: The path of the file.
        ///   - content: The whole content of the file.
        ///   - count: The number of records to keep.
        ///   - end: Returns the offset in the content at which a number of records ends; nil if it has fewer.
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
    ///   - limit: The maximum number of bytes to read.
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

    /// Waits until all records are on the disk.
    package func synchronize() throws(FileError) {
        try write()
        do throws(FileError) {
            try file.synchronize()
        } catch {
            try? POSIX.truncate(file.descriptor, to: safeSize, path: path)
            if try file.status().size == safeSize { writtenCount = 0 }
            // Write again at once: this may have been the last synchronisation, and readers see all records.
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
    /// Returns the offset at which the first `count` lines of a text end; nil if it has fewer lines.
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

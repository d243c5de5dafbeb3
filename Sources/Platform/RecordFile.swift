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

    /// Goes on with a file after its first `count` records; the rest is cut off.
    ///
    /// - Parameter end: where in the file's content a number of records ends; nil if it has fewer.
    /// - Throws: ``FileError``; ``FormatError`` if the file has fewer records.
    package init(continuing path: String, count: Int, end: (_ content: [UInt8], _ count: Int) -> Int?) throws
    {
        let content = try Self.content(of: path)
        guard let size = end(content, count) else {
            throw FormatError(path: path, reason: "expected at least \(count) records, found fewer")
        }
        file = try OpenFile(path, .continuing)
        safeSize = size
        if size < content.count { try POSIX.truncate(file.descriptor, to: size, path: path) }
        self.count = count
    }

    package static func content(of path: String) throws(FileError) -> [UInt8] {
        let file = try OpenFile(path, .reading)
        let (kind, size) = try file.status()
        guard kind == .regular || kind == .directory else {
            throw FileError(path: path, operation: .readRegularFile, code: POSIX.notSupported)
        }
        return try file.read(size)
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

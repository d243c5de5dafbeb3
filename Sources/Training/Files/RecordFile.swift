/// A log that grows by whole records and can be cut back to a number of them.
///
/// Records that could not be written (a full disk) are kept and written before the next one, so that nothing is
/// missing in between; until then ``synchronize()`` fails.
final class RecordFile {
    private let file: OpenFile
    private var pending: [UInt8] = []
    /// Records so far, those that are still to be written included.
    private(set) var count = 0

    var path: String { file.path }

    /// Creates a file, which must not exist, that begins with `head`.
    init(creating path: String, head: [UInt8] = []) throws(FileError) {
        file = try OpenFile(path, .creatingForAppending)
        if !head.isEmpty { try file.appendWhole(head) }
    }

    /// Goes on with a file after its first `count` records; the rest is cut off.
    ///
    /// - Parameter end: where in the file's content a number of records ends; nil if it has fewer.
    /// - Throws: ``FileError``; ``RunError/incompleteLog(path:expected:)`` if the file has fewer records.
    init(continuing path: String, count: Int, end: (_ content: [UInt8], _ count: Int) -> Int?) throws {
        let content = try Self.content(of: path)
        guard let size = end(content, count) else {
            throw RunError.incompleteLog(path: path, expected: count)
        }
        file = try OpenFile(path, .continuing)
        if size < content.count { try POSIX.truncate(file.descriptor, to: size, path: path) }
        self.count = count
    }

    static func content(of path: String) throws(FileError) -> [UInt8] {
        let file = try OpenFile(path, .reading)
        return try file.read(file.status().size)
    }

    func append(_ record: [UInt8]) throws(FileError) {
        pending += record
        count += 1
        try writePending()
    }

    /// Returns when all records have reached the disk.
    func synchronize() throws(FileError) {
        try writePending()
        try file.synchronize()
    }

    private func writePending() throws(FileError) {
        guard !pending.isEmpty else { return }
        try file.appendWhole(pending)
        pending.removeAll(keepingCapacity: true)
    }
}

extension RecordFile {
    /// Where the first `count` lines of a text end; nil if it has fewer.
    static func end(ofLines count: Int, in content: [UInt8]) -> Int? {
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
